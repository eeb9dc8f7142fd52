// node read.mjs OUTPUT_FOLDER PAGE… : what a reader of each page meets: first screens, the keyboard, zoom, print; JSON on stdout.
import { join } from "node:path";
import { open, visibleText, withBrowser } from "./browser.mjs";

const [output, ...pages] = process.argv.slice(2);

async function look(browser, path, width, height, work) {
  const { page, context } = await open(browser, path, { viewport: { width, height } });
  const found = await work(page);
  await context.close();
  return found;
}

/** What the Tab key reaches, in order, as far as it is shown. */
async function byKeyboard(page) {
  const reached = [];
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const box = document.activeElement.getBoundingClientRect();
        return [document.activeElement.textContent.trim().slice(0, 60), box.width > 0 && box.height > 0];
      }),
    );
  }
  return reached;
}

async function print(page, at) {
  const target = join(output, `trang-${at}.pdf`);
  await page.pdf({ path: target, preferCSSPageSize: true });
  return target;
}

const results = await withBrowser(async (browser) => {
  const done = [];
  for (const [at, path] of pages.entries()) {
    done.push({
      path,
      desk: await look(browser, path, 1440, 900, (page) => page.evaluate(visibleText)),
      phone: await look(browser, path, 360, 640, (page) => page.evaluate(visibleText)),
      // 200 % zoom of a 1440 pixel window leaves 720 CSS pixels
      zoomed: await look(browser, path, 720, 450, (page) =>
        page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ),
      keyboard: await look(browser, path, 1440, 900, byKeyboard),
      print: await look(browser, path, 1440, 900, (page) => print(page, at)),
    });
  }
  return done;
});
console.log(JSON.stringify(results));
