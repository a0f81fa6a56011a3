// Shortcuts: letters that lead to a page, arrows to the day or week beside this one, ? for the list of them.
// A page has this file only where they are turned on. Letters are those of the links: <a data-keys="g d">.
"use strict";

(() => {
  const TYPING = "input, textarea, select, [contenteditable], dialog[open]";
  const MOVES_BY_ARROWS = "[data-arrows], [tabindex='0'], [role='radiogroup'], [role='menu']";
  const PATIENCE = 1500; // milliseconds between two letters
  let begun = "";
  let begunAt = 0;

  const linkFor = (keys) => document.querySelector(`a[data-keys="${keys}"]`);
  const begins = (key) => document.querySelector(`a[data-keys^="${key} "]`) !== null;

  function followed(link, event) {
    if (!link) return false;
    event.preventDefault();
    link.click();
    return true;
  }

  function letter(event) {
    const pair = event.timeStamp - begunAt < PATIENCE ? `${begun} ${event.key}` : "";
    begun = "";
    if (pair && followed(linkFor(pair), event)) return;
    if (followed(linkFor(event.key), event)) return;
    if (begins(event.key)) [begun, begunAt] = [event.key, event.timeStamp];
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
    if (event.key === "?") {
      event.preventDefault();
      document.getElementById("shortcuts")?.showModal();
    } else if (event.shiftKey) {
      return;
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (event.target.closest?.(MOVES_BY_ARROWS)) return;
      followed(document.querySelector(`a[data-step="${event.key}"]`), event);
    } else if (/^[a-z]$/.test(event.key)) {
      letter(event);
    }
  });
})();
