// Starts ReDoc. The styles that it makes carry the nonce of this script, or the policy would refuse them.
"use strict";

(() => {
  const place = document.getElementById("redoc");
  const options = { disableSearch: true, hideLoading: true, nativeScrollbars: true, nonce: document.currentScript.nonce };
  Redoc.init(place.dataset.schema, options, place);
})();
