// The one script of every page: wakes govuk-frontend's components, also in what htmx brings in later.

import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

document.body.addEventListener("htmx:load", (event) => {
  // what htmx has just put in; on the first load that is the whole body, awake already
  if (event.detail.elt !== document.body) {
    initAll({ scope: event.detail.elt.parentElement, onError: () => {} });
  }
});

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
