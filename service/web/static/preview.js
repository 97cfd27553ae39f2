// What an interest would have sent, shown again while it is being changed. Without this script the button does it.
"use strict";
(() => {
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  const shown = form.querySelector("[data-preview-here]");
  const line = form.querySelector("[data-preview-line]");
  let waiting = 0;
  let asked = null;

  const show = (found) => {
    const before = form.querySelector("#preview");
    if (before) before.remove();
    const heading = found.querySelector("h2, li");
    line.querySelector("a").textContent = heading ? heading.textContent : "";
    line.hidden = !heading;
    shown.replaceChildren(...(found.id === "preview" ? [found] : []));
  };

  const forget = () => {
    line.hidden = true;
    shown.replaceChildren();
  };

  const say = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const typed = new URLSearchParams(new FormData(form));
    typed.set("do", "preview");
    try {
      const answer = await fetch(form.action.split("#")[0], { method: "POST", body: typed, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("#preview") || page.querySelector(".govuk-error-summary__list");
      if (found && (answer.ok || answer.status === 422)) show(document.importNode(found, true));
      if (answer.status === 429) forget(); // what stands there is of before; the button says when to go on
    } catch (trouble) {
      if (trouble.name !== "AbortError") line.hidden = true; // the button still works
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(say, 500);
  });
})();
