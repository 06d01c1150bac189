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

  // A label that is read right before an act counts for some minutes, and then is read again.
  document.addEventListener("input", function (event) {
    var field = event.target.closest("[data-minutes]");
    if (!field) return;
    clearTimeout(field.over);
    field.over = setTimeout(function () {
      field.value = "";
    }, field.dataset.minutes * 60000);
  });

  var first = document.querySelector("[data-scan]:not([data-waits] *):not([data-minutes])");
  if (first && !document.querySelector("[data-trouble]") && !first.value) first.focus();
})();
