"use strict";
// Searches the words that are on the page, and opens what a link leads to. Asks no network, and writes nothing but text.
(() => {
  const form = document.getElementById("search");
  const field = document.getElementById("q");
  const found = document.getElementById("found");
  const count = document.getElementById("count");
  const places = document.getElementById("places");
  const more = document.getElementById("more");
  const units = [...document.querySelectorAll(".self, .said, .talks > details > summary, .chapter:not(.talks) > details")];
  const folded = [];
  const apart = new Map(form.dataset.apart.split(" ").map(([sign, ...kept]) => [sign, kept.join("")]));
  const AT_ONCE = 50, AROUND = 90, LONGEST = 20000, SLICE = 400;
  let hits = [], asked = [], shown = 0;

  // One form for all that reads alike: no case, no accents, nothing that is not seen.
  const fold = text => {
    const small = text.toLowerCase();
    if (/^[\x00-\x7f]*$/.test(small)) return small;
    return small.normalize("NFKD").replace(/[\p{M}\p{Cf}]+/gu, "").replace(/[^\x00-\x7f]/gu, sign => apart.get(sign) ?? sign);
  };
  const words = unit => folded[unit] ??= fold(units[unit].textContent);

  // While the reader looks around, a slice at a time, so that the first search need not wait.
  const prepare = unit => {
    const end = Math.min(unit + SLICE, units.length);
    for (; unit < end; unit++) words(unit);
    if (unit < units.length) setTimeout(prepare, 0, unit);
  };

  const title = element => (element.closest("details")?.querySelector("summary") ?? element.closest("section").querySelector("h2")).textContent;

  // Where the folded words begin in a text as it is written.
  const place = (text, word) => {
    const at = fold(text).indexOf(word);
    if (at < 0 || text.length > LONGEST) return at < 0 ? [0, 0] : [at, at];
    const where = length => {
      let done = 0, index = 0;
      for (const sign of text) {
        if (done >= length) break;
        done += fold(sign).length;
        index += sign.length;
      }
      return index;
    };
    return [where(at), where(at + word.length)];
  };

  const glimpse = text => {
    const line = document.createElement("p");
    line.className = "glimpse";
    const [begin, end] = place(text, asked[0]);
    const mark = document.createElement("mark");
    mark.textContent = text.slice(begin, end);
    const first = Math.max(0, begin - AROUND);
    line.append(first ? "… " : "", text.slice(first, begin), mark, text.slice(end, end + AROUND), end + AROUND < text.length ? " …" : "");
    return line;
  };

  const show = () => {
    for (const unit of hits.slice(shown, shown + AT_ONCE)) {
      const element = units[unit];
      const link = document.createElement("a");
      element.id ||= `found-${unit}`;
      link.href = `#${element.id}`;
      link.textContent = title(element);
      link.addEventListener("click", event => {
        event.preventDefault();
        open(element);
        location.hash = element.id;
        reveal(element);
      });
      const item = document.createElement("li");
      item.append(link, glimpse(element.textContent));
      places.append(item);
    }
    shown = Math.min(hits.length, shown + AT_ONCE);
    more.hidden = shown >= hits.length;
  };

  const search = () => {
    asked = fold(field.value).split(/\s+/).filter(Boolean).sort((one, other) => other.length - one.length);
    found.hidden = !asked.length;
    places.replaceChildren();
    hits = [];
    shown = 0;
    if (!asked.length) return;
    for (let unit = 0; unit < units.length; unit++) {
      const text = words(unit);
      if (asked.every(word => text.includes(word))) hits.push(unit);
    }
    const { one, many, none } = form.dataset;
    count.textContent = !hits.length ? none : (hits.length === 1 ? one : many).replace("{n}", hits.length.toLocaleString(document.documentElement.lang));
    show();
  };

  const open = element => {
    for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  };

  // To the very words, where they stand far down in a record.
  const reveal = element => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!fold(node.data).includes(asked[0])) continue;
      open(node.parentElement);
      node.parentElement.scrollIntoView({ block: "center" });
      if (globalThis.Highlight && CSS.highlights) {
        const range = new Range();
        const [begin, end] = place(node.data, asked[0]);
        range.setStart(node, begin);
        range.setEnd(node, end);
        CSS.highlights.set("found", new Highlight(range));
      }
      return;
    }
  };

  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const named = document.getElementById(name);
    // What nothing on the page leads to is found by its number.
    const [, chapter, number] = name.match(/^([\w-]+)-(\d+)$/) ?? [];
    const target = named ?? (chapter && document.getElementById(chapter)?.querySelectorAll(":scope > details")[number - 1]);
    if (target) open(target);
    if (target && !named) target.scrollIntoView();
  };

  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 150);
  });
  form.addEventListener("submit", event => {
    event.preventDefault();
    search();
  });
  more.addEventListener("click", show);
  addEventListener("hashchange", follow);
  form.hidden = false;
  document.getElementById("unsearched").hidden = true;
  follow();
  setTimeout(prepare, 300, 0);
})();
