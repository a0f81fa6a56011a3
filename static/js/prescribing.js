// The editor of prescriptions: lines that come and go, medicines that are found while one types, keys for all of it.
// Without this file the same is done by the buttons of the form.
"use strict";

(() => {
  const PATIENCE = 150; // milliseconds after the last letter
  const form = () => document.getElementById("prescription"); // it comes anew when something was wrong
  const lines = () => document.getElementById("lines");

  let made = 0;
  let typed = 0; // how often something was changed
  let saved = 0; // how often it had been, when that was saved
  let sent = 0;
  let isOut = false; // the session has ended; whoever logs in again elsewhere can go on here

  // ── Lines ──
  const lineOf = (element) => element.closest?.("[data-line]");
  const field = (line, name) => form().elements[`line-${line.dataset.line}-${name}`];
  const isGone = (line) => line.classList.contains("gone");
  const isEmpty = (line) =>
    ["medicine", "dose", "frequency", "quantity", "as_needed_for", "note"].every((name) => !field(line, name).value);
  const standing = () => [...lines().children].filter((line) => !isGone(line));
  const tellChanged = () => {
    typed += 1;
    form().dispatchEvent(new CustomEvent("lines-changed"));
  };

  function add() {
    made += 1;
    const token = `new${Date.now().toString(36).slice(-6)}${made}`.slice(0, 12);
    const blank = document.getElementById("new-line").innerHTML;
    lines().insertAdjacentHTML("beforeend", blank.replaceAll("zzcopied", token));
    return lines().lastElementChild;
  }

  // The line after this one to write into: the next, or a new one.
  function next(line) {
    const all = standing();
    return all[all.indexOf(line) + 1] ?? (line && isEmpty(line) ? line : add());
  }

  function write(line) {
    field(line, "medicine").focus();
    line.scrollIntoView({ block: "nearest" });
  }

  function toggle(line, gone) {
    line.classList.toggle("gone", gone);
    field(line, "removed").value = gone ? "1" : "";
    line.querySelectorAll("[data-name]").forEach((name) => (name.textContent = ` ${field(line, "medicine").value}`));
    if (gone) line.querySelector("[data-undo]").focus();
    else write(line);
    tellChanged();
  }

  function fill(line, values) {
    for (const [name, value] of Object.entries(values)) {
      const input = field(line, name);
      if (!input) continue;
      if (input.type === "checkbox") input.checked = Boolean(value);
      else input.value = value;
    }
    forgetChoice(line);
    tellChanged();
  }

  // What was said of the text before it was changed does not hold any more.
  function forgetChoice(line) {
    for (const one of line.querySelectorAll(".may-be, [data-as-typed]")) one.remove();
  }

  function takeOver(values) {
    const line = standing().find(isEmpty) ?? add();
    fill(line, values);
    field(line, "dose").focus();
    line.scrollIntoView({ block: "nearest" });
  }

  // ── What may be meant ──
  let asked = null; // the request that is on its way
  let waiting = 0;
  let open = null; // the field whose list is open

  const listOf = (input) => input.parentElement.querySelector("[role='listbox']");
  const optionsOf = (input) => [...listOf(input).querySelectorAll("[role='option'][data-fields]")];

  function dress(input) {
    if (input.getAttribute("role") === "combobox") return;
    const more = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listOf(input).id };
    for (const [name, value] of Object.entries(more)) input.setAttribute(name, value);
  }

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    if (!open) return;
    listOf(open).hidden = true;
    open.setAttribute("aria-expanded", "false");
    open.removeAttribute("aria-activedescendant");
    open = null;
  }

  function mark(input, at) {
    const options = optionsOf(input);
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (options[at]) {
      input.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  const marked = (input) => optionsOf(input).findIndex((option) => option.getAttribute("aria-selected") === "true");

  function show(input, html) {
    const list = listOf(input);
    list.innerHTML = html;
    optionsOf(input).forEach((option, number) => (option.id = `${list.id}-${number}`));
    const text = input.value.trim();
    if (!list.children.length && text.length > 2) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = form().dataset.none;
      list.append(none);
    }
    if (!list.children.length) return close();
    open = input;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(input, text && optionsOf(input).length ? 0 : -1);
  }

  async function ask(input) {
    asked?.abort();
    asked = new AbortController();
    const address = `${form().dataset.search}?${new URLSearchParams({ q: input.value.trim() })}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      const isList = answer.ok && !answer.redirected && !answer.headers.has("HX-Redirect");
      if (isList && document.activeElement === input) show(input, await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") close(); // the text stays, and is looked up when it is saved
    }
  }

  function choose(input, option) {
    const line = lineOf(input);
    close();
    fill(line, JSON.parse(option.dataset.fields));
    field(line, "dose").focus();
    field(line, "dose").select();
  }

  function comboKey(event, input) {
    const isOpen = open === input;
    const options = isOpen ? optionsOf(input) : [];
    const at = isOpen ? marked(input) : -1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) ask(input);
      else mark(input, (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && isOpen && options[at]) {
      event.preventDefault();
      choose(input, options[at]);
    } else return false;
    return true;
  }

  // ── What happens ──
  const isHere = (event) => form()?.contains(event.target);

  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-combobox]")) dress(event.target);
    if (open && event.target !== open) close();
  });
  document.addEventListener("input", (event) => {
    if (!isHere(event)) return;
    typed += 1;
    if (!event.target.matches("[data-combobox]")) return;
    const line = lineOf(event.target);
    field(line, "product").value = "";
    forgetChoice(line);
    clearTimeout(waiting);
    if (event.target.value.trim().length < 2) close();
    else waiting = setTimeout(ask, PATIENCE, event.target);
  });
  // One of those that may be meant; arrows only look, so that it is taken when the choice is left.
  document.addEventListener("focusout", (event) => {
    const meant = isHere(event) && event.target.closest(".may-be");
    if (!meant || meant.contains(event.relatedTarget)) return;
    const chosen = meant.querySelector("input:checked[data-fields]");
    if (chosen) fill(lineOf(meant), JSON.parse(chosen.dataset.fields));
  });
  document.addEventListener("mousedown", (event) => {
    const option = isHere(event) && event.target.closest("[role='option'][data-fields]");
    if (!option) return;
    event.preventDefault(); // the focus stays in the field
    choose(option.closest(".combo").querySelector("[data-combobox]"), option);
  });
  // Before htmx hears of it: these buttons have nothing to send.
  document.addEventListener(
    "click",
    (event) => {
      const button = isHere(event) && event.target.closest("button");
      const act = {
        add: () => write(standing().find(isEmpty) ?? add()),
        remove: () => toggle(lineOf(button), true),
        undo: () => toggle(lineOf(button), false),
        take: () => takeOver(JSON.parse(button.dataset.fields)),
        apply: () => takeOver(JSON.parse(button.dataset.fields)),
      }[button?.name];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    },
    true,
  );
  // What stands beside the editor: without this file these buttons begin a draft.
  document.addEventListener("click", (event) => {
    const button = form() && event.target.closest(".beside button[data-fields]");
    if (!button) return;
    event.preventDefault();
    takeOver(JSON.parse(button.dataset.fields));
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-leaves]")) saved = typed; // to take the other's is a decision
    if (open && !event.target.closest(".combo")) close();
  });
  document.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || !isHere(event)) return;
    if (input.matches("[data-combobox]") && comboKey(event, input)) return;
    const types = input.matches("input:not([type='hidden'], [type='checkbox'], [type='radio']), select");
    if (event.key !== "Enter" || !types || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // Enter sends nothing: it leads to the next line
    const line = lineOf(input);
    if (line) write(next(line));
  });
  document.addEventListener("keydown", (event) => {
    if (!form() || document.querySelector("dialog[open]")) return;
    const isAlt = event.altKey && !event.ctrlKey && !event.metaKey;
    const act = {
      "Alt KeyN": () => write(standing().find(isEmpty) ?? add()),
      "Alt KeyP": () => document.querySelector(".quick button")?.focus(),
      "Ctrl Enter": () => document.getElementById("sign")?.click(),
    }[`${isAlt ? "Alt" : event.ctrlKey || event.metaKey ? "Ctrl" : ""} ${event.code}`];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // ── On the way to the server ──
  const isOurs = (event) => document.getElementById("editor")?.contains(event.detail.elt);

  function loggedOut(address) {
    const { out, logIn } = form().dataset;
    const link = document.createElement("a");
    Object.assign(link, { href: address, target: "_blank", rel: "noopener", textContent: logIn });
    isOut = true;
    document.getElementById("out").replaceChildren(out, " ", link);
  }

  // Logging in elsewhere has made the form's token void: take that of the page as it would be now.
  async function comeBack() {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("#prescription [name=csrfmiddlewaretoken]");
    if (!token || !isOut) return;
    isOut = false;
    form().elements.csrfmiddlewaretoken.value = token.value;
    document.getElementById("out").replaceChildren();
    tellChanged();
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    if (event.detail.elt === form()) sent = typed;
  });
  // Before the answer is looked at: it may lead to another page.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!isOurs(event)) return;
    const leads = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (leads && new URL(leads, location.href).pathname === form().dataset.login) {
      event.preventDefault();
      loggedOut(leads);
    } else if (leads) saved = Math.max(saved, sent);
  });
  document.addEventListener("submit", (event) => {
    if (event.target === form() && !event.defaultPrevented) saved = typed; // without htmx it leaves with all
  });
  window.addEventListener("focus", () => isOut && comeBack());
  window.addEventListener("beforeunload", (event) => {
    if (typed > saved) event.preventDefault();
  });

  if (form()) {
    if ("unsaved" in form().dataset) typed += 1;
    const first = standing().find(isEmpty);
    if (first && !document.querySelector(".error-summary")) field(first, "medicine").focus({ preventScroll: true });
  }
})();
