// Small comforts. Every page works without this file.
"use strict";

(() => {
  const words = document.getElementById("words")?.dataset ?? {};
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

  // A message in the lower corner, announced by the live region that is always there.
  function say(text, tone) {
    const area = document.getElementById("messages");
    const form = document.getElementById("message-form");
    if (!area || !form) return;
    const message = form.content.firstElementChild.cloneNode(true);
    message.classList.add(tone === "ok" ? "is-ok" : "is-danger");
    message.querySelector("p").textContent = text;
    area.replaceChildren(message);
    dress(area);
  }

  // ── What a page or a swapped part needs when it arrives ──
  function dress(part) {
    for (const button of part.querySelectorAll("[data-dismiss], [data-print]")) button.hidden = false;
    for (const message of part.querySelectorAll("[data-passing]")) {
      if (message.querySelector("a, form")) continue;
      const leave = () => (message.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : message.remove());
      setTimeout(leave, 10000);
    }
  }

  // The tab of this page, where they are wider than the screen.
  const tab = document.querySelector(".record-tabs [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 48;
  // The line of this page, where the menu is higher than the screen.
  const line = document.querySelector(".sidebar [aria-current]");
  if (line) line.parentElement.scrollTop = line.offsetTop + line.offsetHeight + 48 - line.parentElement.clientHeight;

  function focusOnErrors(part) {
    const summary = part.matches?.(".error-summary") ? part : part.querySelector(".error-summary");
    (summary ?? part.querySelector("[aria-invalid='true']"))?.focus();
  }

  document.addEventListener("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".message")?.remove();
    for (const menu of document.querySelectorAll(".user-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (event.target.closest("[data-print]")) window.print();
    const jump = event.target.closest("a[data-field]");
    const field = jump && document.getElementById(jump.dataset.field);
    if (field) {
      event.preventDefault();
      field.focus();
    }
  });

  // ── Keys ──
  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest neighbour in the direction of an arrow key; being out of line counts double.
  function neighbour(from, list, [x, y]) {
    const middle = (element) => {
      const box = element.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [left, top] = middle(from);
    let best = null;
    let least = Infinity;
    for (const one of list.querySelectorAll("a[href], button:not(:disabled)")) {
      if (one === from) continue;
      const [dx, dy] = middle(one).map((value, axis) => value - [left, top][axis]);
      const ahead = dx * x + dy * y;
      const aside = Math.abs(dx * y) + Math.abs(dy * x);
      if (ahead > 4 && ahead + 2 * aside < least) [best, least] = [one, ahead + 2 * aside];
    }
    return best;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event.target)) {
      const search = document.querySelector("#patient-search[aria-keyshortcuts]"); // may be turned off
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "Escape") {
      const menu = document.querySelector(".user-menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      } else if (location.hash === "#nav") {
        location.hash = "main";
        document.querySelector(".menu")?.focus();
      }
    } else if (event.key in STEPS && !typing(event.target)) {
      const list = event.target.closest("[data-arrows]");
      const next = list && neighbour(event.target, list, STEPS[event.key]);
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  });

  // ── A form that is on its way is not sent again ──
  function release(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled='true']")) button.removeAttribute("aria-disabled");
  }

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (form.method !== "post") return;
      if (form.dataset.sent) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      form.dataset.sent = "yes";
      event.submitter?.setAttribute("aria-disabled", "true");
    },
    true,
  );
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // A link that leads on from a form takes along what was typed since: <a data-keeps="reason">.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-keeps]");
    const field = link?.closest("form")?.elements[link.dataset.keeps];
    if (!field) return;
    const url = new URL(link.href);
    url.searchParams.set(field.name, field.value);
    link.href = url;
  });

  // ── htmx ──
  // A page that reads itself again rests while nobody looks, while somebody chooses in it, and while a row is open.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { requestConfig, target } = event.detail;
    if (!("Polling" in requestConfig.headers)) return;
    const at = document.activeElement;
    const busy = target.contains(at) && (typing(at) || target.querySelector(".more[open]"));
    if (document.hidden || busy) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt?.closest?.("form");
    if (form) release(form);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    // A whole page in answer to a part of one is a problem page: say its sentence, keep what is here.
    if (xhr.status >= 400 && /^\s*<!doctype/i.test(xhr.responseText)) {
      const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
      event.detail.shouldSwap = false;
      say(page.querySelector("[data-problem]")?.textContent.trim() || words.failed, "danger");
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (!/^\s*<!doctype/i.test(xhr.responseText)) say(words.failed, "danger");
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => say(words.unreachable, "danger"));
  }
  document.addEventListener("htmx:afterSettle", (event) => {
    dress(event.target);
    if (event.detail.xhr?.status >= 400) focusOnErrors(event.target);
  });

  dress(document);
})();
