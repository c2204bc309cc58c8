package pages_test

// focused returns the name of the element with the focus, and "unseen" if the focus is not visible.
const focused = `(() => {
  const e = document.activeElement, s = getComputedStyle(e);
  const seen = e.matches(":focus-visible") && s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 3;
  return (e.value || e.localName) + (seen ? "" : " unseen");
})()`

// audit returns what makes a page hard to read or use, as sentences.
const audit = `(() => {
  const found = [];
  const name = e => e.localName + " " + JSON.stringify(e.textContent.trim().slice(0, 30));
  const shown = [...document.body.querySelectorAll("*")].filter(e => e.getClientRects().length);

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push("the page scrolls sideways: " + root.scrollWidth);
  for (const e of shown) {
    const box = e.getBoundingClientRect();
    if (box.right > root.clientWidth + 0.5 || box.left < -0.5) found.push(name(e) + " stands out of the page");
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" && !e.closest("svg")) found.push(name(e) + " is cut off");
  }

  if (!root.lang) found.push("no language");
  if (!document.title.trim()) found.push("no title");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(h => h.localName).join();
  if (headings !== "h1") found.push("headings: " + headings);
  if (document.querySelectorAll("main").length !== 1) found.push("not one main part");
  for (const e of document.querySelectorAll("input:not([type=hidden])")) {
    if (![...e.labels].some(l => l.textContent.trim())) found.push("an input has no label");
    if (!e.closest("fieldset").querySelector("legend").textContent.trim()) found.push("an input is of no group");
  }
  if (document.styleSheets.length !== 1) found.push("the style is blocked");
  for (const e of document.images) if (!e.naturalWidth) found.push("the logo is not shown");

  for (const e of document.querySelectorAll("a, button, label")) {
    const box = e.getBoundingClientRect();
    if (box.height < 44 || box.width < 44) found.push(name(e) + " is " + box.width + " by " + box.height);
  }

  const light = c => {
    const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (!c.endsWith(", 0)")) return c;
    }
    return "rgb(255, 255, 255)";
  };
  for (const e of shown) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e), r = ratio(style.color, behind(e));
    if (r < 4.5) found.push(name(e) + " has contrast " + r.toFixed(2));
    if (parseFloat(style.fontSize) < 16) found.push(name(e) + " is small: " + style.fontSize);
  }
  for (const e of document.querySelectorAll("button")) {
    const r = ratio(getComputedStyle(e).borderTopColor, behind(e.parentElement));
    if (r < 3) found.push(name(e) + " has an edge of contrast " + r.toFixed(2));
  }
  return found;
})()`
