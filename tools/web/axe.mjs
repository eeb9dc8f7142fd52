// node axe.mjs PAGE… : every rule of axe-core on each page, at two widths and in both colour schemes, and what is wider than the window at many; JSON on stdout.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { open, withBrowser } from "./browser.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1440, 360];
// a phone to a large screen
const LOOKED_AT = [360, 414, 600, 768, 1024, 1280, 1440, 1920];
const SCHEMES = ["light", "dark"];

async function check(page) {
  const results = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return results.violations.map((v) => ({
    rule: v.id,
    impact: v.impact,
    help: v.help,
    places: v.nodes.slice(0, 5).map((n) => n.target.join(" ")),
  }));
}

async function checkAll(browser, path) {
  const { page, context, seen } = await open(browser, path);
  await page.evaluate(AXE);
  // what is folded away must be readable too
  await page.evaluate(() => document.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await check(page)).map((violation) => ({ width, colorScheme, ...violation })));
    }
  }
  const overflow = {};
  for (const width of LOOKED_AT) {
    await page.setViewportSize({ width, height: 900 });
    overflow[width] = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  }
  await context.close();
  return { path, violations: found, overflow, ...seen };
}

const pages = process.argv.slice(2);
const results = await withBrowser(async (browser) => {
  const done = [];
  for (const path of pages) {
    done.push(await checkAll(browser, path));
  }
  return done;
});
console.log(JSON.stringify(results));
