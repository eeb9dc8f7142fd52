// node axe.mjs PAGE… : every rule of axe-core on each page, and what is wider than the window at many widths; JSON on stdout.
// Two widths and both colour schemes, in every combination; the pages of single sections and appendices, which show parts of the
// whole report once more, wide in the light and narrow in the dark.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { open, withBrowser } from "./browser.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1440, 360];
// a phone to a large screen
const LOOKED_AT = [360, 414, 600, 768, 1024, 1280, 1440, 1920];
const PARTS = ["muc", "phu-luc"];
const SCHEMES = ["light", "dark"];
const looks = (path) =>
  WIDTHS.flatMap((width, row) => SCHEMES.map((colorScheme, column) => ({ width, colorScheme, crossed: row !== column }))).filter(
    ({ crossed }) => !crossed || !PARTS.includes(basename(dirname(path))),
  );

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
  for (const { width, colorScheme } of looks(path)) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    found.push(...(await check(page)).map((violation) => ({ width, colorScheme, ...violation })));
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
