// The editor of notes: says when saving failed, and keeps what is not saved from being left behind.
"use strict";

(() => {
  const editor = () => document.getElementById("note");
  let typed = 0; // how often something was typed
  let saved = 0; // how often it had been, when that was saved
  let sent = 0;
  let isOut = false; // the session has ended; whoever logs in again elsewhere can go on here

  // What the browser cannot grow by itself is grown here.
  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function notSaved(text, link) {
    const words = document.createElement("p");
    words.className = "flagged";
    words.append(text, " ", ...(link ? [link] : []));
    document.getElementById("note-status").replaceChildren(words);
  }

  function loggedOut(address) {
    const link = document.createElement("a");
    const { out, logIn } = editor().dataset;
    Object.assign(link, { href: address, target: "_blank", rel: "noopener", textContent: logIn });
    isOut = true;
    notSaved(out, link);
  }

  // Logging in elsewhere has made the form's token void: take that of the page as it would be now, and save.
  async function comeBack() {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#note [name=csrfmiddlewaretoken]");
    if (!token || !isOut) return;
    isOut = false;
    editor().elements.csrfmiddlewaretoken.value = token.value;
    editor().requestSubmit();
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
  window.addEventListener("focus", () => isOut && comeBack());
  window.addEventListener("beforeunload", (event) => {
    if (editor() && typed > saved) event.preventDefault();
  });

  const isOurs = (event) => editor() && event.detail.elt === editor();
  document.addEventListener("htmx:beforeSend", (event) => {
    if (isOurs(event)) sent = typed;
  });
  // Before the answer is looked at: it may lead to another page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!isOurs(event)) return;
    const { xhr } = event.detail;
    const leads = xhr.getResponseHeader("HX-Redirect");
    if (leads && new URL(leads, location.href).pathname === editor().dataset.login) {
      event.preventDefault();
      loggedOut(leads);
    } else if (xhr.status < 400) saved = Math.max(saved, sent);
  });
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, (event) => isOurs(event) && notSaved(editor().dataset.unsent));
  }
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".grows").forEach(grow));
})();
