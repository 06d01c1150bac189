// A signature drawn with a pen, a finger or the mouse: strokes of points on a fixed grid, sent as
// numbers. Nothing is drawn for the person, and nothing is kept here.
(function () {
  "use strict";

  document.querySelectorAll("[data-signature]").forEach(function (field) {
    var canvas = field.querySelector("canvas");
    var input = field.querySelector("input[type=hidden]");
    var tools = field.querySelector(".sign-tools");
    var state = field.querySelector("[data-state]");
    var pen = canvas.getContext("2d");
    var width = Number(field.dataset.width);
    var height = Number(field.dataset.height);
    var strokes = read(input.value);
    var stroke = null;

    canvas.hidden = false;
    tools.hidden = false;
    pen.lineWidth = 5;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = "#12201f";
    redraw();

    canvas.addEventListener("pointerdown", function (event) {
      if (stroke || event.button > 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      stroke = [point(event)];
      strokes.push(stroke);
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!stroke) return;
      event.preventDefault();
      var here = point(event);
      var last = stroke[stroke.length - 1];
      if (Math.abs(here[0] - last[0]) + Math.abs(here[1] - last[1]) < 4) return;
      stroke.push(here);
      pen.beginPath();
      pen.moveTo(last[0], last[1]);
      pen.lineTo(here[0], here[1]);
      pen.stroke();
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () {
        stroke = null;
        keep();
      });
    });
    field.querySelector("[data-clear]").addEventListener("click", function () {
      strokes = [];
      redraw();
    });

    function point(event) {
      var box = canvas.getBoundingClientRect();
      var x = Math.round(((event.clientX - box.left) / box.width) * width);
      var y = Math.round(((event.clientY - box.top) / box.height) * height);
      return [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))];
    }

    function redraw() {
      pen.clearRect(0, 0, width, height);
      strokes.forEach(function (points) {
        pen.beginPath();
        points.forEach(function (at, n) {
          if (n) pen.lineTo(at[0], at[1]);
          else pen.moveTo(at[0], at[1]);
        });
        pen.stroke();
      });
      keep();
    }

    function keep() {
      input.value = strokes.length ? JSON.stringify(strokes) : "";
      state.textContent = strokes.length ? state.dataset.drawn : state.dataset.empty;
    }
  });

  function read(text) {
    try {
      var found = JSON.parse(text);
      return Array.isArray(found) ? found : [];
    } catch (error) {
      return [];
    }
  }
})();
