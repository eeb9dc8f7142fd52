// What the page offers beyond reading: search, sorting, the current section. Without it nothing is lost but comfort.
"use strict";

const narrow = window.matchMedia("(max-width: 60rem)");
const vietnamese = new Intl.Collator("vi", { numeric: true });

/** Lower case without tone and vowel marks, one letter for one letter: "Hồ sơ" is found by "ho so". */
function plain(text) {
  const bare = (letter) => letter.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  return Array.from(text, (letter) => bare(letter).padEnd(letter.length).slice(0, letter.length)).join("");
}

/** Opens every fold around `element`. */
function unfold(element) {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    fold.open = true;
  }
}

function unfoldTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    unfold(target);
    if (!target.checkVisibility()) {
      chooseVersion("day-du");
      target.scrollIntoView();
    }
  }
}

// The whole report or its figures alone: the style does it, the address and (where allowed) the browser remember it
const VERSION = "ban";

function chooseVersion(name) {
  const choice = document.querySelector(`[name=${VERSION}][value="${CSS.escape(name)}"]`);
  if (choice) {
    choice.checked = true;
  }
}

/** What the browser keeps for this page; "" where it keeps nothing. */
function kept() {
  try {
    return localStorage.getItem(VERSION) ?? "";
  } catch {
    return "";
  }
}

function keep(name) {
  try {
    localStorage.setItem(VERSION, name);
  } catch {
    // a page opened from a file may not keep anything: the address does
  }
  const address = new URL(location.href);
  address.searchParams.set(VERSION, name);
  try {
    history.replaceState(null, "", address);
  } catch {
    // nor may it change its address everywhere
  }
}

function prepareVersions() {
  const switches = document.querySelectorAll(`[name=${VERSION}]`);
  if (switches.length) {
    chooseVersion(new URLSearchParams(location.search).get(VERSION) ?? kept());
  }
  for (const choice of switches) {
    choice.addEventListener("change", () => keep(choice.value));
  }
}

/** Paper has no folds: the method and lists are printed open, then folded as they were. */
function openForPrint() {
  const closed = [...document.querySelectorAll(".gap-lai:not([open]), .bang-gap:not([open])")];
  window.addEventListener("afterprint", () => closed.forEach((fold) => (fold.open = false)), { once: true });
  for (const fold of closed) {
    fold.open = true;
  }
}

// Current section in the side navigation
function followSections() {
  const links = new Map();
  for (const link of document.querySelectorAll('.muc-luc a[href^="#"]')) {
    links.set(link.hash.slice(1), link);
  }
  const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (!sections.length) {
    return;
  }
  const mark = () => {
    const line = window.innerHeight / 3;
    const current = sections.filter((s) => s.getBoundingClientRect().top <= line).pop() ?? sections[0];
    for (const [id, link] of links) {
      if (id === current.id) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
  };
  let waiting = false;
  const later = () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    }
  };
  window.addEventListener("scroll", later, { passive: true });
  mark();
}

// Search
const MOST_SHOWN = 30;

/** Pieces of text that the reader can see, with the element that each is in. */
function readableTexts() {
  const inside = document.getElementById("noi-dung");
  const skipped = ".an, .dau-phu-luc, .ma-nguon, .so-thu-tu";
  const walker = document.createTreeWalker(inside, NodeFilter.SHOW_TEXT, (node) =>
    node.data.trim() && !node.parentElement.closest(skipped) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT,
  );
  const texts = [];
  while (walker.nextNode()) {
    texts.push({ node: walker.currentNode, words: plain(walker.currentNode.data) });
  }
  return texts;
}

function rangesOf(texts, wanted) {
  const found = [];
  for (const { node, words } of texts) {
    for (let at = words.indexOf(wanted); at >= 0; at = words.indexOf(wanted, at + wanted.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      found.push(range);
    }
  }
  return found;
}

function sectionName(element) {
  return element.closest(".muc, main > section")?.querySelector("h1, h2")?.textContent ?? document.title;
}

function showRange(range) {
  const element = range.startContainer.parentElement;
  unfold(element);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  getSelection().removeAllRanges();
  getSelection().addRange(range.cloneRange());
}

function resultItem(range) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const place = document.createElement("small");
  link.href = "#noi-dung";
  link.textContent = range.startContainer.data.trim().slice(0, 90);
  place.textContent = sectionName(range.startContainer.parentElement);
  link.append(place);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    showRange(range);
  });
  item.append(link);
  return item;
}

/** Marks what was found without touching the page; validators of style sheets do not know ::highlight() yet. */
function highlight(ranges) {
  if (!CSS.highlights) {
    return;
  }
  if (!CSS.highlights.size) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("::highlight(tim-thay) { background-color: var(--tim-thay); color: var(--chu); }");
    document.adoptedStyleSheets.push(sheet);
  }
  CSS.highlights.set("tim-thay", new Highlight(...ranges));
}

function prepareSearch() {
  const box = document.querySelector(".tim");
  if (!box) {
    return;
  }
  const [field, state, list] = ["input", "[role=status]", "ol"].map((part) => box.querySelector(part));
  let texts;
  const search = () => {
    texts ??= readableTexts();
    const wanted = plain(field.value.trim());
    const found = wanted.length > 1 ? rangesOf(texts, wanted) : [];
    state.textContent = wanted.length > 1 ? (found.length ? `${found.length} kết quả` : "Không tìm thấy") : "";
    list.replaceChildren(...found.slice(0, MOST_SHOWN).map(resultItem));
    highlight(found);
  };
  field.addEventListener("input", search);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      list.querySelector("a")?.click();
    } else if (event.key === "Escape") {
      field.value = "";
      search();
    }
  });
  box.hidden = false;
}

// Sorting of long tables
/** The number that a cell prints ("1.234,5%"), or its text. */
function sortValue(cell) {
  const text = cell.textContent.trim();
  const number = Number(text.replaceAll(".", "").replace(",", ".").replace("%", ""));
  return cell.classList.contains("num") ? (Number.isNaN(number) || !text ? -Infinity : number) : text;
}

function compare(one, other) {
  return typeof one === "number" && typeof other === "number" ? one - other : vietnamese.compare(`${one}`, `${other}`);
}

function sortBy(table, header) {
  const falling = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("[aria-sort]")) {
    other.removeAttribute("aria-sort");
  }
  header.setAttribute("aria-sort", falling ? "descending" : "ascending");
  const column = Number(header.dataset.cot);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, value: sortValue(row.cells[column]) }));
  rows.sort((a, b) => (falling ? compare(b.value, a.value) : compare(a.value, b.value)));
  body.replaceChildren(...rows.map(({ row }) => row));
}

function prepareSorting() {
  for (const table of document.querySelectorAll(".dai > table")) {
    if (table.querySelector("tbody [colspan], tbody [rowspan]")) {
      continue;
    }
    for (const header of table.querySelectorAll("th[data-cot]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sap-xep";
      button.title = "Sắp xếp theo cột này";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, header));
      header.append(button);
    }
  }
}

// Tables on a phone, tables that go on beyond their frame, pictures to keep
/** Puts `element` into a fold that bears `title`. */
function foldAway(element, title) {
  const [fold, summary] = [document.createElement("details"), document.createElement("summary")];
  fold.className = "bang-gap";
  summary.textContent = title;
  element.before(fold);
  fold.append(summary, element);
  return fold;
}

/** Tables of so many rows and more open when they are wanted. */
function foldTables(least) {
  for (const region of document.querySelectorAll("article.muc .table-scroll")) {
    const rows = region.querySelectorAll("tbody tr").length;
    if (rows >= least && !region.closest("details")) {
      const fold = foldAway(region, `${region.querySelector("caption > span")?.textContent ?? "Bảng"} (${rows} dòng)`);
      fold.addEventListener("toggle", () => fold.open && showCue(region));
    }
  }
}

/** On a phone: tables, and all charts of a section but the first, open when they are wanted. */
function foldSections() {
  foldTables(0);
  for (const article of document.querySelectorAll("article.muc")) {
    for (const chart of [...article.querySelectorAll(".chart")].slice(1)) {
      foldAway(chart, chart.querySelector("figcaption").textContent);
    }
  }
}

/** A line below a table that is larger than its frame, and a mark on the side on which it goes on. */
function showCue(region) {
  const [wide, tall] = [region.scrollWidth - region.clientWidth > 2, region.scrollHeight - region.clientHeight > 2];
  if ((!wide && !tall) || region.dataset.cuon) {
    return;
  }
  region.dataset.cuon = "có";
  const cue = document.createElement("p");
  const rows = region.querySelectorAll("tbody tr").length;
  cue.className = "cuon";
  cue.textContent = [wide && "Vuốt hoặc cuộn ngang để xem hết các cột.", tall && `Cuộn trong khung để xem đủ ${rows} dòng.`]
    .filter(Boolean)
    .join(" ");
  region.before(cue);
  const mark = () => {
    region.classList.toggle("con-ngang", region.scrollLeft + region.clientWidth < region.scrollWidth - 2);
    region.classList.toggle("con-doc", region.scrollTop + region.clientHeight < region.scrollHeight - 2);
  };
  region.addEventListener("scroll", mark, { passive: true });
  mark();
}

/** How much higher than wide a picture is; its address is the picture itself. */
function slope(address) {
  const head = atob(address.slice(address.indexOf(",") + 1, address.indexOf(",") + 801));
  const [width, height] = ["width", "height"].map((side) => Number.parseFloat(head.match(new RegExp(` ${side}="([\\d.]+)`))?.[1]));
  return height / width;
}

/** A chart with the heading above it that has no other text; null for anything else. */
function chartWith(element) {
  const [image, source] = [element?.querySelector("picture > img"), element?.querySelector("picture > source")];
  if (!element?.matches(".chart") || !source) {
    return null;
  }
  const above = element.previousElementSibling?.matches(".loi-dan") ? [element.previousElementSibling] : [];
  return { parts: [...above, element], image, source, wide: slope(image.src), narrow: slope(source.srcset) };
}

/** On a wide screen two charts that follow each other stand side by side, drawn as for a phone, where that is shorter. A tall
 * one keeps its width: it names many things, and the names need it. */
function pairCharts() {
  for (const article of document.querySelectorAll("article.muc ~ article.muc")) {
    const found = [...article.querySelectorAll(":scope > .chart")].map(chartWith).filter(Boolean);
    for (let at = 0; at + 1 < found.length; at += 1) {
      const [one, other] = [found[at], found[at + 1]];
      const follows = one.parts.at(-1).nextElementSibling === other.parts[0];
      const tallest = Math.max(one.narrow, other.narrow);
      if (follows && tallest < TALL && tallest / 2 < 0.8 * (one.wide + other.wide)) {
        sideBySide(one, other);
        at += 1;
      }
    }
  }
}

function sideBySide(...charts) {
  const row = document.createElement("div");
  row.className = "doi";
  charts[0].parts[0].before(row);
  for (const { parts, image, source } of charts) {
    const [cell, narrow] = [document.createElement("div"), document.createElement("img")];
    [narrow.className, narrow.alt, narrow.src] = ["hep", image.alt, source.srcset];
    image.parentElement.after(narrow);
    cell.append(...parts);
    row.append(cell);
  }
}

/** The picture of a chart as a file: its address is already in the page. */
function offerPictures() {
  for (const chart of document.querySelectorAll(".chart[id]")) {
    const [image, line] = [chart.querySelector(":scope > picture img, :scope > img"), chart.querySelector(":scope > .tai-csv")];
    if (image && line) {
      const link = document.createElement("a");
      link.href = image.src;
      link.download = `${chart.id}.svg`;
      link.textContent = "Tải hình (SVG)";
      line.prepend(link, " · ");
    }
  }
}

const phone = window.matchMedia("(max-width: 36rem)");
// rows from which on a table of the whole report waits behind its title
const MANY_ROWS = 18;
// a picture so many times higher than wide is tall
const TALL = 1.2;
const contents = document.querySelector("details.muc-luc");
if (contents && narrow.matches) {
  contents.open = false;
}
if (phone.matches) {
  foldSections();
} else if (document.body.matches(".trang-bao-cao")) {
  foldTables(MANY_ROWS);
}
if (window.matchMedia("(min-width: 75rem)").matches) {
  pairCharts();
}
prepareVersions();
window.addEventListener("beforeprint", openForPrint);
window.addEventListener("hashchange", unfoldTarget);
unfoldTarget();
followSections();
prepareSearch();
prepareSorting();
offerPictures();
document.querySelectorAll(".table-scroll").forEach(showCue);
