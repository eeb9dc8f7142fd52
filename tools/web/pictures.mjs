// node pictures.mjs REPORT_FOLDER OUTPUT_FOLDER SCREENS [PDF] : takes the screens (JSON of tools/pictures.py) of a published report, prints it to PDF.
import { join } from "node:path";
import { open, withBrowser } from "./browser.mjs";

const [folder, output, screens, printed] = process.argv.slice(2);

await withBrowser(async (browser) => {
  for (const { name, page: path, width, height, dark, short, at } of JSON.parse(screens)) {
    const options = { viewport: { width, height }, hasTouch: width < 500, colorScheme: dark ? "dark" : "light" };
    const { page, context } = await open(browser, join(folder, path), options);
    if (short) {
      await page.locator("#ban-rut-gon").check({ force: true });
    }
    if (at) {
      await page.locator(at).evaluate((element) => element.scrollIntoView());
    }
    await page.screenshot({ path: join(output, `${name}.png`) });
    await context.close();
  }
  if (printed) {
    const { page, context } = await open(browser, join(folder, "index.html"));
    await page.pdf({ path: printed, preferCSSPageSize: true });
    await context.close();
  }
});
