// How far an upload has come. Without this file the browser says it in its own way.
"use strict";

(() => {
  const sending = (event) => event.target.closest?.("#upload")?.querySelector(".sending");

  document.addEventListener("htmx:beforeRequest", (event) => {
    const part = sending(event);
    if (part) part.hidden = false;
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const part = sending(event);
    if (!part || !event.detail.lengthComputable) return;
    const words = part.querySelector("[data-checking]");
    part.querySelector("progress").value = event.detail.loaded / event.detail.total;
    if (event.detail.loaded === event.detail.total) words.textContent = words.dataset.checking;
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      const part = sending(event);
      if (part) part.hidden = true;
    });
  }
})();
