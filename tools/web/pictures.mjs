// node pictures.mjs REPORT_FOLDER OUTPUT_FOLDER : the pictures of the documentation, taken of the pages of a published report.
import { join } from "node:path";
import { open, withBrowser } from "./browser.mjs";

const [folder, output] = process.argv.slice(2);
const INDEX = "index.html";
/** name of the picture → page, size of the window, what is chosen before it is taken */
const PICTURES = {
  "index-1440": [INDEX, { viewport: { width: 1440, height: 900 } }],
  "index-768": [INDEX, { viewport: { width: 768, height: 1024 } }],
  "index-360": [INDEX, { viewport: { width: 360, height: 640 }, hasTouch: true }],
  "index-toi": [INDEX, { viewport: { width: 1440, height: 900 }, colorScheme: "dark" }],
  "rut-gon-360": [INDEX, { viewport: { width: 360, height: 900 }, hasTouch: true }, "#ban-rut-gon"],
  "phu-luc-1": ["phu-luc/phu-luc-1-ket-qua-giai-quyet.html", { viewport: { width: 1440, height: 900 } }],
};

await withBrowser(async (browser) => {
  for (const [name, [path, options, choice]] of Object.entries(PICTURES)) {
    const { page, context } = await open(browser, join(folder, path), options);
    if (choice) {
      await page.locator(choice).check({ force: true });
      await page.locator("#ii-4-1-ket-qua-giai-quyet").scrollIntoViewIfNeeded();
      await page.evaluate(() => document.querySelector("#ii-4-1-ket-qua-giai-quyet").scrollIntoView());
    }
    await page.screenshot({ path: join(output, `${name}.png`) });
    await context.close();
  }
  const { page, context } = await open(browser, join(folder, INDEX));
  await page.pdf({ path: join(output, "in-an.pdf"), preferCSSPageSize: true });
  await context.close();
});
