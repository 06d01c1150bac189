// What is typed in a form marked data-draft is kept on the server a few seconds later, so that a
// closed laptop loses nothing. Nothing is kept in the browser.
(function () {
  "use strict";

  var QUIET = 2500; // milliseconds without a key before what stands is kept

  function begin(form) {
    var timer = 0;
    var going = null;
    var changed = false;
    var sent = false;

    function content() {
      var data = new FormData(form);
      var kept = new URLSearchParams();
      data.forEach(function (value, name) {
        if (typeof value === "string") kept.append(name, value);
      });
      kept.set("draft-about", form.dataset.draftAbout || "");
      return kept;
    }

    function tell(text) {
      var place = form.querySelector("[data-draft-state]");
      if (place && text) place.textContent = text;
    }

    function keep(leaving) {
      window.clearTimeout(timer);
      if (!changed || sent) return;
      changed = false;
      if (going) going.abort();
      going = new AbortController();
      window
        .fetch(form.dataset.draft, {
          method: "POST",
          body: content(),
          credentials: "same-origin",
          keepalive: leaving,
          signal: leaving ? undefined : going.signal,
        })
        .then(function (answer) {
          var json = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
          return json ? answer.json() : {};
        })
        .then(function (answer) {
          tell(answer.said);
        })
        .catch(function () {
          changed = true; // tried again with the next key
        });
    }

    function typed() {
      changed = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, QUIET, false);
    }

    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", function () {
      sent = true;
      window.clearTimeout(timer);
      if (going) going.abort();
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") keep(true);
    });
    // Back from the page that the form led to: it may be typed in again.
    window.addEventListener("pageshow", function () {
      sent = false;
    });
  }

  document.querySelectorAll("form[data-draft]").forEach(begin);
})();
