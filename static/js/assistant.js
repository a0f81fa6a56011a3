// Questions to the assistant: the answer is shown sentence by sentence. Without this file the page brings it whole.
"use strict";

(() => {
  const form = document.querySelector("[data-ask]");
  if (!form || !window.ReadableStream) return;
  const turns = document.querySelector("[data-turns]");
  const area = form.querySelector("textarea");
  const MERCY = 4000; // milliseconds in which an answer that was stopped may still say where it stopped
  let running = null; // {abort, turn}

  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const parsed = (html) => document.createRange().createContextualFragment(html);

  function release(sent) {
    delete sent.dataset.sent;
    for (const button of sent.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }

  // ── What comes in ──
  async function* eventsOf(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += value;
      const whole = waiting.split("\n\n");
      waiting = whole.pop();
      for (const one of whole) {
        const [, name, data] = one.match(/^event: (\w+)\ndata: (.*)$/s) ?? [];
        if (name) yield [name, JSON.parse(data)];
      }
    }
  }

  function place(answer, sentence, opens) {
    const last = answer.lastElementChild;
    if (opens === "item") {
      const list = last?.matches("ul") ? last : answer.appendChild(document.createElement("ul"));
      list.appendChild(document.createElement("li")).append(sentence);
    } else if (opens === "line" || !last) {
      answer.appendChild(document.createElement("p")).append(sentence);
    } else {
      (last.matches("ul") ? last.lastElementChild : last).append(sentence);
    }
  }

  const SHOW = {
    begun(state, { html, url }) {
      state.turn?.remove(); // the same question again, after a failure
      turns.append(parsed(html));
      state.turn = turns.lastElementChild;
      document.querySelector("[data-nothing-yet]")?.remove();
      state.turn.scrollIntoView({ block: "nearest" });
      if (new URL(url, location.href).pathname !== location.pathname) {
        history.pushState(null, "", url);
        form.action = `${url}ask/`;
        document.querySelector("[data-examples]")?.remove();
      }
      if (state.isNew) clear();
    },
    looking(state, { text }) {
      state.turn.querySelector("[data-looking]").textContent = text;
    },
    notice(state, { text }) {
      state.turn.querySelector("[data-looking]").textContent = text;
    },
    proposed(_state, { html }) {
      document.querySelector("[data-proposals]").append(parsed(html));
    },
    sentence(state, { html, opens }) {
      place(state.turn.querySelector("[data-answer]"), parsed(html), opens);
    },
    done(state, { html, abstained, remembered }) {
      finish(state, parsed(html));
      document.querySelector("[data-remembered]")?.replaceChildren(parsed(remembered));
      state.turn.querySelector("[data-answer]").classList.toggle("abstained", abstained);
    },
    failed(state, { text }) {
      finish(state, broken(text));
    },
  };

  function finish(state, foot) {
    state.isOver = true;
    state.turn.querySelector("[data-progress]")?.remove();
    state.turn.querySelector("[data-foot]").replaceChildren(foot);
    dress(state.turn);
  }

  function broken(text) {
    const message = document.createElement("p");
    message.className = "message is-danger";
    message.setAttribute("role", "alert");
    message.textContent = text;
    return message;
  }

  function clear() {
    area.value = "";
    form.elements.nonce.value = hex(crypto.getRandomValues(new Uint8Array(16)));
    form.querySelector(".error-summary")?.remove();
  }

  // ── Asking ──
  async function ask(sent, isNew, turn) {
    const abort = new AbortController();
    const state = { isNew, turn, isOver: false, abort };
    running = state;
    try {
      const response = await fetch(sent.action, {
        method: "POST",
        body: new FormData(sent),
        headers: { Accept: "text/event-stream" },
        signal: abort.signal,
      });
      const streams = response.ok && response.headers.get("Content-Type")?.startsWith("text/event-stream");
      if (!streams) {
        sent.submit(); // too many are open, or something is wrong with it: the page says what
        return;
      }
      for await (const [name, data] of eventsOf(response)) SHOW[name]?.(state, data);
    } catch {
      // The connection has gone; or it was given up on purpose.
    }
    if (state.turn && !state.isOver) finish(state, broken(form.dataset.unsent));
    if (!state.turn) sent.submit();
    running = null;
    release(sent);
  }

  async function stop() {
    const state = running;
    const stopping = state?.turn?.querySelector("[data-stop]");
    if (!stopping) return;
    stopping.querySelector("button").setAttribute("aria-disabled", "true");
    setTimeout(() => !state.isOver && state.abort.abort(), MERCY);
    await fetch(stopping.action, { method: "POST", body: new FormData(stopping), redirect: "manual" });
  }

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (sent.matches("[data-stop]")) {
      event.preventDefault();
      stop();
    } else if (sent.matches("[data-ask], [data-answers]")) {
      event.preventDefault();
      const isNew = sent === form;
      if (running || (isNew && !area.value.trim())) {
        release(sent);
        area.focus();
      } else ask(sent, isNew, isNew ? null : sent.closest(".turn"));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && running) {
      event.preventDefault();
      stop();
    } else if (event.target === area && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // ── Small comforts ──
  document.addEventListener("click", (event) => {
    const example = event.target.closest("[data-example]");
    if (example) {
      event.preventDefault();
      area.value = example.textContent;
      area.focus();
    }
    const copying = event.target.closest("[data-copy]");
    if (copying) copy(copying.closest(".turn"), copying);
  });

  function words(turn) {
    const answer = turn.querySelector("[data-answer]").cloneNode(true);
    for (const cite of answer.querySelectorAll(".cite")) cite.replaceWith(` [${cite.lastChild.textContent}]`);
    const lines = [...answer.querySelectorAll("p, li")].map((line) => line.textContent.replace(/\s+/g, " ").trim());
    const sources = [...turn.querySelectorAll("[data-sources] > li")].map((one, at) => {
      const [link, quote] = [one.querySelector("a"), one.querySelector("q")];
      return `[${at + 1}] ${link.textContent}: “${quote.textContent}” ${link.href}`;
    });
    return [...lines, "", ...sources].join("\n");
  }

  async function copy(turn, button) {
    const said = button.textContent;
    await navigator.clipboard.writeText(words(turn));
    button.textContent = "✓";
    setTimeout(() => (button.textContent = said), 1500);
  }

  function dress(part) {
    if (navigator.clipboard) for (const button of part.querySelectorAll("[data-copy]")) button.hidden = false;
  }

  window.addEventListener("popstate", () => location.reload());
  form.querySelector("[data-keys-hint]").hidden = false;
  dress(document);
})();
