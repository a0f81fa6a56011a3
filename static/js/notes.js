// The editor of notes: says when saving failed, and warns before what is not saved is left behind.
"use strict";

(() => {
  const editor = () => document.getElementById("note");
  const status = () => document.getElementById("note-status");
  let typed = 0; // how often something was typed
  let saved = 0; // how often it had been, when that was saved
  let sent = 0;

  // What the browser cannot grow by itself is grown here.
  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function notSaved() {
    const words = document.createElement("p");
    words.className = "flagged";
    words.textContent = editor().dataset.unsent;
    status().replaceChildren(words);
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("#note .sections")) return;
    typed += 1;
    if (event.target.matches(".grows")) grow(event.target);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-leaves]")) saved = typed; // to take the other's text is a decision
  });
  document.addEventListener("submit", (event) => {
    if (event.target === editor() && !event.defaultPrevented) saved = typed; // without htmx it leaves with all
  });

  const isOurs = (event) => event.detail.elt === editor();
  document.addEventListener("htmx:beforeSend", (event) => {
    if (isOurs(event)) sent = typed;
  });
  // Before the answer is looked at: it may lead to another page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (isOurs(event) && event.detail.xhr.status < 400) saved = Math.max(saved, sent);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => isOurs(event) && notSaved());
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (isOurs(event)) notSaved();
  });
  window.addEventListener("beforeunload", (event) => {
    if (editor() && typed > saved) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".grows").forEach(grow));
})();
