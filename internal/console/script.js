// Improves pages that work without it.
"use strict";

// A filter needs no button: it shows its list when a choice changes.
for (const form of document.querySelectorAll("form.filter")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") form.requestSubmit();
  });
}

// The live part of a page is replaced when the server says that something changed. What somebody is typing is outside of it.
const live = document.getElementById("live");
if (live && live.dataset.live) {
  const changes = new EventSource(live.dataset.live);
  changes.addEventListener("changed", () => replaceLive());
  addEventListener("pagehide", () => changes.close());
}

// A page of something that is under way looks again until it has ended.
function follow() {
  const waiting = live.querySelector("[data-poll]");
  if (waiting) setTimeout(() => replaceLive().then(follow), Number(waiting.dataset.poll));
}
if (live) follow();

// A file that is too large is not sent.
for (const input of document.querySelectorAll("input[data-most]")) {
  input.addEventListener("change", () => {
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.most));
    input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
    if (tooLarge) input.reportValidity();
  });
}

async function replaceLive() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "error" }).catch(() => null);
  if (!answer || !answer.ok) return; // the next change, or the next click, tries again
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("live");
  if (!next) return;
  const focused = live.contains(document.activeElement) ? nameOf(document.activeElement) : "";
  live.replaceChildren(...next.childNodes);
  const again = [...live.querySelectorAll("a, button, input, select, summary")].find((element) => focused && nameOf(element) === focused);
  if (again) again.focus();
}

// nameOf returns what tells an element from the others of its page.
function nameOf(element) {
  return [element.tagName, element.id, element.getAttribute("href"), element.getAttribute("name"), element.getAttribute("value")].join(" ");
}
