// An appointment is moved on the board: dragged onto a free time, or by “m”, the arrows and Enter.
// Nothing is moved here: the form of the move opens, filled in, and asks. Without script the page of
// the appointment leads to the same form.
(function () {
  "use strict";

  var wrap = document.querySelector("[data-moves]");
  if (!wrap) return;
  var said = wrap.querySelector("[data-said]");
  var moved = null;

  function say(words) {
    said.textContent = words || "";
  }

  function begin(visit) {
    moved = visit;
    wrap.classList.add("is-moving");
    visit.classList.add("is-moved");
  }

  function end(words) {
    if (moved) moved.classList.remove("is-moved");
    moved = null;
    wrap.classList.remove("is-moving");
    wrap.querySelectorAll(".is-target").forEach(function (one) {
      one.classList.remove("is-target");
    });
    say(words);
  }

  function moveTo(hole) {
    var address = moved.dataset.move + "?from=agenda&" + hole.dataset.slot;
    end("");
    location.assign(address);
  }

  // By hand
  wrap.addEventListener("dragstart", function (event) {
    var visit = event.target.closest("[data-move]");
    if (!visit) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    begin(visit);
  });

  wrap.addEventListener("dragover", function (event) {
    if (!moved) return;
    event.preventDefault(); // a drop anywhere is answered, if only in words
    var hole = event.target.closest("[data-slot]");
    wrap.querySelectorAll(".is-target").forEach(function (one) {
      if (one !== hole) one.classList.remove("is-target");
    });
    if (hole) hole.classList.add("is-target");
    event.dataTransfer.dropEffect = hole ? "move" : "none";
  });

  wrap.addEventListener("drop", function (event) {
    if (!moved) return;
    event.preventDefault();
    var hole = event.target.closest("[data-slot]");
    if (hole) moveTo(hole);
    else end(event.target.closest(".visit") === moved ? "" : wrap.dataset.full);
  });

  wrap.addEventListener("dragend", function (event) {
    if (!moved) return;
    // A browser drops nothing where nothing may be dropped: what lay there says why.
    var below = document.elementFromPoint(event.clientX, event.clientY);
    var full = below && below.closest(".visit, .shut, .away");
    end(full && full !== moved && wrap.contains(full) ? wrap.dataset.full : "");
  });

  // By the keyboard
  function holesOf(column) {
    return Array.prototype.slice.call(column.querySelectorAll("[data-slot]"));
  }

  function columns() {
    return Array.prototype.filter.call(wrap.querySelectorAll(".grid-column"), function (one) {
      return one.offsetParent !== null && holesOf(one).length > 0;
    });
  }

  function nearest(holes, y) {
    return holes.reduce(function (best, one) {
      var far = Math.abs(one.getBoundingClientRect().top - y);
      return !best || far < best.far ? { hole: one, far: far } : best;
    }, null).hole;
  }

  wrap.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var visit = event.target.closest("[data-move]");
    if (!moved && event.key === "m" && visit) {
      var every = columns();
      if (!every.length) return;
      begin(visit);
      say(wrap.dataset.choose);
      var own = visit.closest(".grid-column");
      var from = every.indexOf(own) >= 0 ? own : every[0];
      nearest(holesOf(from), visit.getBoundingClientRect().top).focus();
      event.preventDefault();
      return;
    }
    if (event.key === "Escape" && moved) {
      var back = moved.querySelector("a");
      end(wrap.dataset.left);
      back.focus();
      event.preventDefault();
      return;
    }
    var hole = event.target.closest("[data-slot]");
    if (!hole) return;
    var column = hole.closest(".grid-column");
    var holes = holesOf(column);
    var next = null;
    if (event.key === "ArrowDown") next = holes[holes.indexOf(hole) + 1];
    else if (event.key === "ArrowUp") next = holes[holes.indexOf(hole) - 1];
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      var beside = columns();
      var to = beside[beside.indexOf(column) + (event.key === "ArrowRight" ? 1 : -1)];
      if (to) next = nearest(holesOf(to), hole.getBoundingClientRect().top);
    } else return;
    event.preventDefault();
    if (next) next.focus();
  });

  wrap.addEventListener("click", function (event) {
    var hole = moved && event.target.closest("[data-slot]");
    if (!hole) return;
    event.preventDefault();
    moveTo(hole);
  });
})();
