// The page of a session: where the map has points, they say the rest, and the plain fields step back.
(function () {
  "use strict";

  var root = document.querySelector("[data-injections]");
  if (!root) return;
  var field = root.querySelector("[data-value]");

  function look() {
    var drawn = Number(field.dataset.points || 0) > 0;
    document.querySelectorAll("[data-without-map]").forEach(function (one) {
      one.hidden = drawn;
    });
    document.querySelectorAll("[data-with-map]").forEach(function (one) {
      one.hidden = !drawn;
    });
  }

  field.addEventListener("input", look);
  look();
})();
