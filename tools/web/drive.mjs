// node drive.mjs REPORT_FOLDER OUTPUT_FOLDER : uses the pages as a reader does; what happened as JSON on stdout.
import { join } from "node:path";
import { open, visibleText, withBrowser } from "./browser.mjs";

const [folder, output] = process.argv.slice(2);
const INDEX = join(folder, "index.html");
const DESK = { viewport: { width: 1440, height: 900 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };

const isInView = (element) => {
  const box = element.getBoundingClientRect();
  return box.bottom > 0 && box.top < window.innerHeight;
};

async function navigation(page) {
  const link = page.locator('.muc-luc a[href^="#"]').nth(5);
  const target = (await link.getAttribute("href")).slice(1);
  await link.click();
  await page.waitForTimeout(300);
  return {
    target,
    inView: await page.locator(`[id="${target}"]`).evaluate(isInView),
    current: await page.locator(".muc-luc [aria-current]").evaluateAll((all) => all.map((a) => a.hash.slice(1))),
  };
}

async function reference(page) {
  const link = page.locator('.loi-dan a[href^="#hinh-"]').first();
  const [text, hash] = [await link.textContent(), await link.getAttribute("href")];
  await link.click();
  const target = page.locator(`[id="${hash.slice(1)}"]`);
  return { text, caption: await target.locator("figcaption").textContent(), inView: await target.evaluate(isInView) };
}

async function search(page) {
  const field = page.getByLabel("Tìm trong trang");
  const state = page.locator(".tim [role=status]");
  await field.fill("nghi dinh 45/2020");
  const found = { state: await state.textContent(), results: await page.locator(".tim-thay a").count() };
  found.marked = await page.evaluate(() => CSS.highlights.get("tim-thay").size);
  await page.locator(".tim-thay a").first().click();
  found.selected = await page.evaluate(() => getSelection().toString());
  found.unfolded = await page.evaluate(() => getSelection().anchorNode.parentElement.closest("details").open);
  await field.fill("không có từ này");
  found.nothing = await state.textContent();
  await field.press("Escape");
  found.cleared = [await field.inputValue(), await state.textContent()];
  return found;
}

async function sorting(page, table) {
  const column = page.locator(`#${table} th[data-cot]`, { hasText: "Tổng số" }).first();
  const button = column.getByRole("button");
  const at = Number(await column.getAttribute("data-cot"));
  const read = () =>
    page.locator(`#${table}`).evaluate((t, i) => [...t.tBodies[0].rows].map((r) => r.cells[i].textContent), at);
  const states = [await read()];
  const marks = [await column.getAttribute("aria-sort")];
  await button.focus();
  for (const press of ["Enter", " "]) {
    await page.keyboard.press(press);
    states.push(await read());
    marks.push(await column.getAttribute("aria-sort"));
  }
  return { states, marks, total: await page.locator(`#${table} tfoot`).textContent() };
}

async function stickyHeader(page, table) {
  return page.locator(`#${table}`).evaluate((t) => {
    const region = t.parentElement;
    region.scrollTop = 400;
    const [head, top] = [t.tHead.getBoundingClientRect().top, region.getBoundingClientRect().top];
    return { scrolled: region.scrollTop, distance: Math.round(head - top) };
  });
}

async function folding(page) {
  const fold = page.locator(".cach-tinh").first();
  const summary = fold.locator("summary");
  await summary.focus();
  const states = [await fold.evaluate((f) => f.open)];
  await page.keyboard.press("Enter");
  states.push(await fold.evaluate((f) => f.open));
  const text = await fold.innerText();
  await summary.click();
  states.push(await fold.evaluate((f) => f.open));
  return { states, text };
}

async function skipLink(page) {
  await page.keyboard.press("Tab");
  const text = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  return { text, hash: await page.evaluate(() => location.hash) };
}

async function download(page, link) {
  const [event] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const path = join(output, event.suggestedFilename());
  await event.saveAs(path);
  return path;
}

async function print(page, name) {
  const path = join(output, name);
  await page.pdf({ path, preferCSSPageSize: true });
  return path;
}

async function withoutScript(browser) {
  const { page, context } = await open(browser, INDEX, { ...DESK, javaScriptEnabled: false });
  const state = {
    search: await page.locator(".tim").isVisible(),
    links: await page.locator(".muc-luc a").first().isVisible(),
    tables: await page.locator(".report-table").count(),
    buttons: await page.locator("button").count(),
  };
  await page.locator(".cach-tinh summary").first().click();
  state.folded = await page.locator(".cach-tinh dl").first().isVisible();
  await context.close();
  return state;
}

async function onPhone(browser) {
  const { page, context, seen } = await open(browser, INDEX, PHONE);
  const contents = page.locator("details.muc-luc");
  const states = [await contents.evaluate((d) => d.open)];
  await contents.locator("summary").tap();
  states.push(await contents.evaluate((d) => d.open));
  const image = await page.locator("#hinh-ho-so-theo-thang img").evaluate((i) => i.currentSrc === i.src);
  await contents.locator("summary").tap();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const lone = await page.evaluate(loneHeadings);
  await context.close();
  return { states, wideImage: image, height, loneHeadings: lone, ...seen };
}

/** 200 % zoom of a 1440 pixel window leaves 720 CSS pixels. */
async function zoomed(browser) {
  const { page, context } = await open(browser, INDEX, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await context.close();
  return { overflow };
}

async function firstScreens(browser) {
  const seen = {};
  for (const [width, height] of [[1440, 900], [360, 640]]) {
    const { page, context } = await open(browser, INDEX, { viewport: { width, height } });
    seen[`${width}x${height}`] = await page.evaluate(visibleText);
    await context.close();
  }
  return seen;
}

/** Headings of the page that nothing which can be seen follows before the next one of their level or above. */
const loneHeadings = () => {
  const shown = [...document.querySelectorAll("main :is(h2, h3, h4, p, dl, ul, table, img, summary, .card)")].filter(
    (e) => e.checkVisibility() && !e.closest(".an"),
  );
  return shown
    .filter((e, i) => /^H[3-4]$/.test(e.tagName) && (!shown[i + 1] || /^H[2-4]$/.test(shown[i + 1].tagName)))
    .map((e) => e.textContent);
};

/** The short version: chosen with the keyboard, read, printed, opened again, and left through a link to what it hides. */
async function versions(browser) {
  const { page, context, seen } = await open(browser, INDEX, DESK);
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  const chosen = () => page.evaluate(() => document.querySelector("[name=ban]:checked").value);
  const found = { fullHeight: await height(), pairs: await page.locator(".doi").count() };
  found.folded = await page.locator(".bang-gap:not([open]) > summary").allTextContents();
  await page.locator("#ban-day-du").focus();
  await page.keyboard.press("ArrowRight");
  found.chosen = await chosen();
  found.height = await height();
  found.tables = await page.locator(".muc ~ .muc :is(.report-table, .bang-gap)").evaluateAll((all) => all.filter((t) => t.checkVisibility()).length);
  found.cards = await page.locator(".card").evaluateAll((all) => all.filter((t) => t.checkVisibility()).length);
  found.loneHeadings = await page.evaluate(loneHeadings);
  found.print = await print(page, "in-rut-gon.pdf");
  await page.reload();
  found.remembered = await chosen();
  await page.evaluate(() => (location.hash = "#bang-bieu-ii-06a"));
  await page.waitForTimeout(300);
  found.followed = { version: await chosen(), inView: await page.locator("#bang-bieu-ii-06a").evaluate(isInView) };
  await context.close();
  return { ...found, ...seen };
}

async function onAppendix(browser) {
  const path = join(folder, "phu-luc", "phu-luc-2-dvc-truc-tuyen.html");
  const { page, context, seen } = await open(browser, path, DESK);
  const found = {
    sticky: await stickyHeader(page, "bang-dvc-truc-tuyen"),
    sorting: await sorting(page, "bang-dvc-truc-tuyen"),
    csv: await download(page, page.locator("p.tai-csv a[download]")),
    print: await print(page, "in-phu-luc.pdf"),
  };
  await context.close();
  return { ...found, complaints: seen.complaints };
}

async function onIndex(browser) {
  const { page, context, seen } = await open(browser, INDEX, DESK);
  const found = {
    skipLink: await skipLink(page),
    navigation: await navigation(page),
    reference: await reference(page),
    search: await search(page),
    folding: await folding(page),
    print: await print(page, "in-ca-bao-cao.pdf"),
  };
  await context.close();
  return { ...found, ...seen };
}

const results = await withBrowser(async (browser) => ({
  index: await onIndex(browser),
  appendix: await onAppendix(browser),
  phone: await onPhone(browser),
  zoomed: await zoomed(browser),
  withoutScript: await withoutScript(browser),
  firstScreens: await firstScreens(browser),
  versions: await versions(browser),
}));
console.log(JSON.stringify(results));
