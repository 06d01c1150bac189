// What a page gains from script; every page works without. No state is kept here.
(function () {
  "use strict";

  // Open disclosures stay open, and the keyboard stays where it was, when the page redraws itself.
  var open = [];

  document.addEventListener("htmx:beforeSwap", function () {
    open = Array.prototype.map.call(document.querySelectorAll("details[open][id]"), function (one) {
      return one.id;
    });
  });

  document.addEventListener("htmx:afterSettle", function () {
    open.forEach(function (id) {
      var one = document.getElementById(id);
      if (one) one.open = true;
    });
    var said = document.getElementById("said");
    var live = document.getElementById("live");
    if (said && live) live.textContent = said.textContent;
  });

  // A page that one comes back to arrives anew (base.css says what takes no press meanwhile).
  window.addEventListener("pageshow", function (event) {
    var main = document.getElementById("main");
    if (event.persisted && main) main.animate({ "--arriving": ["none", "none"] }, 600);
  });

  function focus(element) {
    if (element) element.focus({ preventScroll: false });
  }

  var lost = ""; // the part of the page whose answer did not come

  function failed(event) {
    var note = document.getElementById("unsaved");
    if (note) {
      // It answered that it may not: another login in another tab, a record closed meanwhile.
      var refused = /^40[0-9]$/.test(event.detail.xhr ? event.detail.xhr.status : "");
      note.querySelectorAll("[data-why]").forEach(function (one) {
        one.hidden = (one.getAttribute("data-why") === "refused") !== refused;
      });
      lost = event.detail.target ? event.detail.target.id : "";
      note.hidden = false;
      note.scrollIntoView({ block: "nearest" });
    }
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);

  // Drawn again, the part shows what is saved and what is not: the note would say it of what is.
  document.addEventListener("htmx:afterSwap", function (event) {
    var note = document.getElementById("unsaved");
    if (note && lost && event.detail.target.id === lost && !event.detail.failed) note.hidden = true;
  });

  // An address that is to be handed over is copied by one press, where the browser lets it.
  document.querySelectorAll("[data-copies]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.getAttribute("data-copies")).textContent.trim();
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = button.getAttribute("data-done");
      });
    });
  });

  // What is written most often is written by one press.
  document.querySelectorAll("[data-puts]").forEach(function (group) {
    var field = document.getElementById(group.getAttribute("data-puts"));
    if (!field) return;
    group.hidden = false;
    group.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      field.value = button.textContent.trim();
      field.focus();
    });
  });

  // “None of these” and the others exclude each other.
  document.addEventListener("change", function (event) {
    var group = event.target.closest("[data-none-group]");
    if (!group || !event.target.checked) return;
    var none = event.target.closest("[data-none]");
    group.querySelectorAll("input[type=checkbox]").forEach(function (box) {
      if (box !== event.target && (none || box.closest("[data-none]"))) box.checked = false;
    });
  });

  // An hour that is typed is the one that is meant.
  document.addEventListener("input", function (event) {
    if (event.target.id !== "id_at") return;
    var typed = event.target.form && event.target.form.querySelector("[data-typed]");
    if (typed) typed.checked = true;
  });

  // Looking is not sending: Enter goes on to what was found.
  document.addEventListener("keydown", function (event) {
    var to = event.target.getAttribute && event.target.getAttribute("data-enter-to");
    if (event.key !== "Enter" || !to) return;
    event.preventDefault();
    focus(document.querySelector(to));
  });

  // A patient is looked for from anywhere: “/” goes to the field, arrows to who is found, Escape back.
  document.addEventListener("keydown", function (event) {
    var field = document.getElementById("find");
    if (!field || event.ctrlKey || event.metaKey || event.altKey) return;
    var within = event.target.closest("[data-finder]");
    if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (within && event.key === "Escape") {
      field.value = "";
      document.getElementById("found").textContent = "";
      field.focus();
    } else if (within && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      var every = [field].concat(Array.prototype.slice.call(within.querySelectorAll("#found a")));
      var next = every.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      focus(every[Math.max(0, Math.min(every.length - 1, next))]);
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
  // The emergency page opens without the network: its own worker keeps it, and nothing else.
  var emergency = document.querySelector("[data-worker]");
  if (emergency && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(emergency.dataset.worker).then(function (worker) {
      if (location.pathname === "/") return worker.update(); // the cards may have been signed anew
    }).catch(function () {
      // Not kept here: it opens from the network, as any page.
    });
  }
  document.documentElement.classList.add("scripted");

  // What needs another look is read first, and leads to each field; else what was just made.
  var trouble = document.querySelector("[data-trouble]");
  var made = document.querySelector("[data-made]");
  focus(trouble || made);
  if (made && !trouble) made.scrollIntoView({block: "start"});
})();
