// A hand scanner is a keyboard. Between two elements it sends GS as Ctrl+], which a browser does not
// write into a field: here it is written. Enter ends a scan, and sends the form as Enter does.
(function () {
  "use strict";

  document.addEventListener("keydown", function (event) {
    var field = event.target.closest("[data-scan]");
    if (!field || !event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code !== "BracketRight" && event.key !== "]" && event.key !== "\u001d") return;
    event.preventDefault();
    field.setRangeText("\u001d", field.selectionStart, field.selectionEnd, "end");
  });

  var first = document.querySelector("[data-scan]:not([data-waits] *)");
  if (first && !document.querySelector("[data-trouble]") && !first.value) first.focus();
})();
