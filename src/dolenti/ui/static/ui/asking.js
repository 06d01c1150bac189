// The rows of the Assess page: nothing moves under the finger, the focus goes to the next question,
// and every press has its key. Every page works without; redrawn.js guards the places.
(function () {
  "use strict";

  var heights = Object.create(null);
  var pressed = "";
  var TOP = "#questions [data-row]:not(.row-under *)"; // a row of the page, not one under another
  var stood = 0; // where the pressed row stood on the screen
  var byKey = false; // whether the last press was of a key

  function rows() {
    return Array.prototype.slice.call(document.querySelectorAll(TOP));
  }

  function place(element) {
    var row = element.closest("[data-row]");
    return row ? row.id : "";
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    var from = event.detail.requestConfig.elt;
    pressed = from.closest ? place(from) : "";
    var row = document.getElementById(pressed);
    stood = row ? row.getBoundingClientRect().top : 0;
    document.querySelectorAll("[data-row]").forEach(function (row) {
      heights[row.id] = row.getBoundingClientRect().height;
    });
  });

  // Before anything is compared: nothing below the row moves up under the finger.
  document.addEventListener(
    "htmx:afterSwap",
    function () {
      var row = document.getElementById(pressed);
      if (row && row.matches(TOP) && heights[row.id]) keep(row.id, heights[row.id]);
    },
    true
  );

  // Also before: where the focus scrolls the page, every place of it changed.
  document.addEventListener("htmx:afterSettle", settled, true);

  function settled() {
    var wrong = document.querySelector(
      "#case .field-wrong input:not([type=hidden]), #case .field-wrong select, #case .field-wrong .answer button"
    );
    if (!pressed && !wrong) return;
    var row = document.getElementById(pressed);
    var inside = row && row.querySelector(".row-under [data-row].is-open");
    if (wrong) wrong.focus();
    // What is half answered keeps the focus: nothing of it is passed over unseen.
    else focusOn(inside || (half(row) ? row : next(row)) || row, byKey);
    // Under a finger nothing moves: what was pressed stays where it was on the screen.
    if (row && !wrong && !byKey) window.scrollBy(0, row.getBoundingClientRect().top - stood);
  }

  ["keydown", "pointerdown"].forEach(function (kind) {
    document.addEventListener(
      kind,
      function () {
        byKey = kind === "keydown";
      },
      true
    );
  });

  // A sheet of our own, not the row's style: an attribute would be inline style, which is refused.
  var kept = Object.create(null);
  var sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [sheet];

  function keep(id, height) {
    kept[id] = Math.max(kept[id] || 0, height);
    sheet.replaceSync(
      Object.keys(kept)
        .map(function (one) {
          return "#" + CSS.escape(one) + " { min-height: " + kept[one] + "px }";
        })
        .join(" ")
    );
  }

  function half(row) {
    return row && row.matches(TOP + ".is-open");
  }

  function next(row) {
    var top = row && row.closest(TOP);
    var all = rows();
    var open = all.slice(all.indexOf(top) + 1).concat(all).filter(function (one) {
      return one.classList.contains("is-open");
    });
    return open[0];
  }

  // Never an answer: the name of the row. The screen follows a key, and never a finger, which would
  // press what slid under it.
  function focusOn(row, follow) {
    var label = row && row.querySelector(".row-label");
    if (label) label.focus({ preventScroll: !follow });
  }

  // The first question is where the keyboard begins: nothing scrolls, and the way up stays open.
  if (document.activeElement === document.body && !location.hash) {
    var first = document.querySelector("#questions .is-open .row-label");
    if (first) first.focus({ preventScroll: true });
  }

  function press(selector, row) {
    var button = row && row.querySelector(selector);
    if (button) button.click();
  }

  document.addEventListener("keydown", function (event) {
    var typed = document.getElementById("typed");
    if (!typed || event.altKey || event.metaKey) return;
    if (event.repeat && !/^Arrow/.test(event.key)) return; // a key that is held down answers once
    if (event.ctrlKey) {
      var store = document.getElementById("store");
      if (event.key === "Enter" && store) store.requestSubmit();
      return;
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    var row = event.target.closest("[data-row]");
    var all = rows();
    var at = row ? all.indexOf(row.closest(TOP)) : -1;
    if (event.key === "/") typed.focus();
    else if (event.key === "ArrowDown" && all.length) focusOn(all[Math.min(at + 1, all.length - 1)], true);
    else if (event.key === "ArrowUp" && at > 0) focusOn(all[at - 1], true);
    else if (event.key === "ArrowRight" && row) along(row, event.target);
    else if ((event.key === "n" || event.key === "N") && row) press("[data-no]", row);
    else if ((event.key === "z" || event.key === "Z") && row) press("[data-undo]", row);
    else return;
    event.preventDefault();
  });

  function along(row, from) {
    var stops = Array.prototype.slice.call(row.querySelectorAll(".phrase-yes, .phrase summary"));
    var stop = stops[stops.indexOf(from) + 1] || stops[0];
    if (stop) stop.focus();
  }
})();
