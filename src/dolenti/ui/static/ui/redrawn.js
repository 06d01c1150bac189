// A part of a page that is drawn again (marked data-redrawn): what was chosen in it meanwhile is
// not lost, what is pressed meanwhile waits, and a place that has just changed takes no click.
// Every page works without.
(function () {
  "use strict";

  var SETTLING = 600; // ms in which a place whose content changed answers no click
  var UNITS = "[data-row], button, summary, a[href], select, .option";
  var changed = Object.create(null); // by place, when it last changed
  var before = Object.create(null);
  var held = null; // the finger is down, or a list is open
  var sent = new WeakMap(); // by who asked, what stood in the part when it did
  var waiting = [];

  function part(element) {
    return element && element.closest ? element.closest("[data-redrawn]") : null;
  }

  // --- A place that has just changed takes no click

  function name(unit) {
    if (unit.id) return unit.id;
    var field = unit.matches(".option") ? unit.querySelector("input") : unit;
    return [unit.tagName, unit.textContent.trim(), field.name, field.value].join("|");
  }

  // Within a row all is as new as the row: what stands beside a changed word is read with it.
  function units() {
    var seen = Object.create(null);
    return Array.prototype.map
      .call(document.querySelectorAll("[data-redrawn]"), function (one) {
        return Array.prototype.slice.call(one.querySelectorAll(UNITS));
      })
      .flat()
      .filter(function (unit) {
        return unit.matches("[data-row]") || !unit.closest("[data-row]");
      })
      .map(function (unit) {
        var key = name(unit);
        seen[key] = (seen[key] || 0) + 1;
        return { unit: unit, key: key + "|" + seen[key] };
      });
  }

  function looks(unit) {
    var box = unit.getBoundingClientRect();
    // On the page, not in the window: scrolling draws nothing again.
    var place = [box.left + window.scrollX, box.top + window.scrollY].map(Math.round);
    return [unit.textContent].concat(place).join("|");
  }

  function look() {
    before = Object.create(null);
    units().forEach(function (one) {
      before[one.key] = looks(one.unit);
    });
  }

  function compare() {
    var now = performance.now();
    units().forEach(function (one) {
      if (before[one.key] !== looks(one.unit)) changed[one.key] = now;
    });
  }

  // Also before this was read: base.css says that the page is arriving, and for how long.
  function isArriving(target) {
    return getComputedStyle(part(target)).getPropertyValue("--arriving").trim() === "none";
  }

  function isNew(target) {
    var now = performance.now();
    if (isArriving(target)) return true;
    return units().some(function (one) {
      return one.unit.contains(target) && now - (changed[one.key] || -SETTLING) < SETTLING;
    });
  }

  document.addEventListener(
    "click",
    function (event) {
      // A key presses what has the focus, wherever it moved; of a row the words may be others now.
      var focused = "input, select, :is(button, summary, a[href]):not([data-row] *)";
      var byKey = event.detail === 0 && event.target.matches(focused);
      if (byKey || !part(event.target) || !isNew(event.target)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = event.target.closest("button");
      if (button && button.form && isPlain(button.form)) sayNotSent();
    },
    true
  );

  // What was opened or closed moves what stands after it.
  document.addEventListener(
    "toggle",
    function (event) {
      if (!part(event.target)) return;
      var now = performance.now();
      units().forEach(function (one) {
        var place = event.target.compareDocumentPosition(one.unit);
        var after = place & Node.DOCUMENT_POSITION_FOLLOWING;
        if (one.unit.contains(event.target) || after) changed[one.key] = now;
      });
    },
    true
  );

  // --- What was chosen while the part was asked for

  function standing(target) {
    var kept = [];
    target.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(function (field) {
      kept.push({
        form: field.form ? field.form.id : "",
        name: field.name,
        value: field.type === "radio" || field.type === "checkbox" ? field.value : "",
        now: field.type === "radio" || field.type === "checkbox" ? field.checked : field.value,
      });
    });
    return kept;
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (part(event.detail.target)) sent.set(event.detail.xhr, standing(event.detail.target));
  });

  // What it would show is older than what stands: it is asked for anew. What the asker itself says
  // (data-says) is not said over what was chosen since.
  function askAnew(asker, chosen) {
    var overruled = chosen.some(function (one) {
      return one.name === asker.dataset.says;
    });
    var other = document.querySelector("[data-asks-again]:not([data-says])");
    window.setTimeout(window.htmx.trigger, 0, overruled ? other : asker, "again");
  }

  document.addEventListener("htmx:beforeSwap", function (event) {
    var target = event.detail.target;
    if (!part(target)) return;
    var asker = event.detail.requestConfig.elt;
    var since = changes(sent.get(event.detail.xhr) || [], standing(target));
    if (asker.hasAttribute("data-asks-again") && event.detail.shouldSwap) {
      var under = held && target.contains(held);
      if (under) held.addEventListener("released", askAnew.bind(null, asker, since), { once: true });
      else if (since.length) askAnew(asker, since);
      if (under || since.length) {
        event.detail.shouldSwap = false;
        return;
      }
    }
    look();
    typedMeanwhile = since;
  });

  var typedMeanwhile = [];

  function changes(was, now) {
    var stood = Object.create(null);
    was.forEach(function (one) {
      stood[[one.form, one.name, one.value]] = one.now;
    });
    return now.filter(function (one) {
      return stood[[one.form, one.name, one.value]] !== one.now;
    });
  }

  // It wrote: what was typed or ticked beside it meanwhile stands in the new part as it did.
  function restore() {
    typedMeanwhile.forEach(function (one) {
      var form = one.form && document.getElementById(one.form);
      if (!form) return;
      Array.prototype.forEach.call(form.elements, function (field) {
        if (field.name !== one.name) return;
        if (typeof one.now !== "boolean") {
          if (!/^(hidden|radio|checkbox)$/.test(field.type) && field.tagName !== "BUTTON") field.value = one.now;
        } else if (field.value === one.value) field.checked = one.now;
      });
    });
    typedMeanwhile = [];
  }

  // A finger that is down, and a list that is open, hold what is under them.
  function hold(event) {
    if (part(event.target)) held = event.target;
  }

  function release() {
    var one = held;
    if (!one) return;
    window.setTimeout(function () {
      // after the click that a release makes
      if (held === one) held = null;
      one.dispatchEvent(new Event("released"));
    }, 0);
  }
  document.addEventListener("pointerdown", hold, true);
  document.addEventListener("pointerup", function () {
    if (held && !held.matches("select")) release();
  }, true);
  document.addEventListener("pointercancel", release, true);
  document.addEventListener("change", function () {
    if (held && held.matches("select")) release();
  }, true);
  document.addEventListener("focusout", function () {
    if (held && held.matches("select")) release();
  }, true);

  // --- What is pressed while another press is on its way

  var busy = 0;

  // A form that leaves the page, as the one that saves it: who pressed it waits for something.
  function isPlain(form) {
    return !form.hasAttribute("hx-post") && !form.hasAttribute("data-redrawn");
  }

  // It was not sent, because what it would save changed under the press: that is said beside it.
  function sayNotSent() {
    var place = document.querySelector("[data-redrawn][data-not-sent]");
    var bar = place && place.querySelector(".bar");
    if (!bar) return;
    var note = bar.querySelector("[data-note-not-sent]") || document.createElement("p");
    note.className = "bar-note";
    note.setAttribute("role", "status");
    note.setAttribute("data-note-not-sent", "");
    bar.prepend(note);
    note.textContent = place.dataset.notSent;
  }

  function fields(form, button) {
    var data = new FormData(form, button);
    ["csrfmiddlewaretoken", "token"].forEach(function (own) {
      data.delete(own);
    });
    return form.action + "?" + new URLSearchParams(data);
  }

  document.addEventListener(
    "submit",
    function (event) {
      var form = event.target;
      if (!busy || !part(form) || part(form) === form) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      var button = event.submitter;
      waiting.push({
        says: fields(form, button),
        label: button ? button.textContent.trim() : "",
        plain: isPlain(form),
      });
    },
    true
  );

  // Sent where the very same words still stand: the same questions, the same button.
  function sendNext() {
    while (waiting.length) {
      var wanted = waiting.shift();
      var found = Array.prototype.slice
        .call(document.querySelectorAll("[data-redrawn] form button"))
        .find(function (button) {
          return (
            button.textContent.trim() === wanted.label && fields(button.form, button) === wanted.says
          );
        });
      if (found) {
        found.form.requestSubmit(found);
        return;
      }
      if (wanted.plain) sayNotSent();
    }
  }

  document.addEventListener("htmx:beforeSend", function (event) {
    if (event.detail.target.hasAttribute("data-redrawn")) busy += 1;
  });

  document.addEventListener("htmx:afterSwap", function () {
    restore();
    compare();
  });

  document.addEventListener("htmx:afterSettle", function () {
    compare();
    if (busy) busy -= 1;
    if (!busy) sendNext();
  });

  function failed() {
    busy = 0;
    waiting = [];
  }
  [
    "htmx:responseError", "htmx:sendError", "htmx:sendAbort", "htmx:swapError", "htmx:onLoadError",
    "htmx:timeout", "htmx:abort",
  ].forEach(function (one) {
    document.addEventListener(one, failed);
  });
  // A page that one comes back to waits for nothing that was on its way when one left it.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) failed();
  });
})();
