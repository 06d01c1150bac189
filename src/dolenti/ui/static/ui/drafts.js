// What is typed in a form marked data-draft is kept on the server a few seconds later, and before it
// is sent, so that a closed laptop or a cut line loses nothing. While the line is cut the page says
// so, tries again by itself, and sends what was to be sent once. Nothing is kept in the browser.
(function () {
  "use strict";

  var QUIET = 2500; // milliseconds without a key before what stands is kept

  var AGAIN = 5000; // while the line is cut, it is tried as often
  var PATIENCE = 6000; // an answer that takes longer is none

  function begin(form) {
    var timer = 0;
    var going = null;
    var changed = false;
    var sent = false;
    var cut = false;
    var waiting = null; // the button that was pressed while the line was cut, or the form

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
      if (!place || !text) return;
      place.textContent = text;
      place.classList.toggle("draft-cut", cut);
    }

    function later(after) {
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, after, false);
    }

    function lost() {
      changed = true;
      cut = true;
      tell(waiting ? form.dataset.draftWaits : form.dataset.draftCut);
      later(AGAIN);
    }

    function reached(answer) {
      cut = false;
      tell(answer.said || " ");
      if (changed || !waiting) return; // typed in meanwhile: kept once more first
      var button = waiting === form ? undefined : waiting;
      waiting = null;
      sent = true;
      form.requestSubmit(button);
    }

    function keep(leaving) {
      window.clearTimeout(timer);
      if (!changed || sent) return;
      changed = false;
      if (going) going.abort();
      var mine = (going = new AbortController());
      var slow = window.setTimeout(function () {
        mine.slow = true;
        mine.abort();
      }, PATIENCE);
      window
        .fetch(form.dataset.draft, {
          method: "POST",
          body: content(),
          credentials: "same-origin",
          keepalive: leaving,
          signal: leaving ? undefined : mine.signal,
        })
        .then(function (answer) {
          var json = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
          return json ? answer.json() : {};
        })
        .then(reached)
        .catch(function () {
          if (!mine.signal.aborted || mine.slow) lost();
        })
        .finally(function () {
          window.clearTimeout(slow);
          if (changed && waiting && !cut) keep(false);
        });
    }

    function typed() {
      changed = true;
      later(QUIET);
    }

    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    // What was typed is kept before it is sent: a form that is sent into a cut line is gone.
    form.addEventListener(
      "submit",
      function (event) {
        if (!sent && (changed || cut || !window.navigator.onLine)) {
          event.preventDefault();
          event.stopImmediatePropagation();
          waiting = event.submitter || form;
          changed = true;
          keep(false);
          return;
        }
        sent = true;
        window.clearTimeout(timer);
        if (going) going.abort();
      },
      true
    );
    window.addEventListener("online", function () {
      if (cut) keep(false);
    });
    window.addEventListener("beforeunload", function (event) {
      if (cut && !sent) event.preventDefault();
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
