// Debian's Chromium without a network, and a record of everything that a page asks for or complains of.
import { chromium } from "playwright-core";
import { pathToFileURL } from "node:url";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND",
];

/** Calls `work(browser)` and closes the browser whatever happens. */
export async function withBrowser(work) {
  const browser = await chromium.launch({ executablePath: process.env.TTHC_CHROMIUM ?? "/usr/bin/chromium", args: QUIET });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** Opens a file in a fresh context; `seen.requests` lists what was asked for beside it, `seen.complaints` what went wrong. */
export async function open(browser, path, options = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const seen = { requests: [], complaints: [] };
  page.on("request", (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith("data:")) {
      seen.requests.push(url);
    }
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) {
      seen.complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => seen.complaints.push(`${error}`));
  await page.goto(address, { waitUntil: "load" });
  return { page, context, seen };
}

/** The text that can be read in the window without scrolling: whole lines only. */
export const visibleText = () => {
  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = new Range();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()].filter((b) => b.width > 1 && b.height > 1);
    if (boxes.length && boxes.every((b) => b.top >= 0 && b.bottom <= window.innerHeight && b.left >= 0)) {
      lines.push(walker.currentNode.data);
    }
  }
  return lines.join("").replace(/\s+/g, " ");
};
