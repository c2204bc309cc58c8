// Improves pages that work without it.
"use strict";

// A filter needs no button: it shows its list when a choice changes.
for (const form of document.querySelectorAll("form.filter")) {
  form.addEventListener("change", (event) => {
    if (event.target.tagName === "SELECT") form.requestSubmit();
  });
}
