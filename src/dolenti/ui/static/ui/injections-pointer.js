// A mouse, a finger or a pen on the injection map: a press, a stroke of the brush, a point dragged.
(function () {
  "use strict";

  // A stroke of the brush: a round at each corner, a band between two.
  function outlines(cells, wide) {
    var half = wide / 2;
    var found = [];
    function corner(x, y) {
      return [Math.round(x), Math.round(y)];
    }
    cells.forEach(function (cell, place) {
      var round = [];
      for (var turn = 0; turn < 16; turn += 1) {
        var angle = (turn * Math.PI) / 8;
        round.push(corner(cell.x + half * Math.cos(angle), cell.y + half * Math.sin(angle)));
      }
      found.push(round);
      var next = cells[place + 1];
      if (!next) return;
      var long = Math.hypot(next.x - cell.x, next.y - cell.y);
      var across = (-(next.y - cell.y) * half) / long;
      var down = ((next.x - cell.x) * half) / long;
      found.push([
        corner(cell.x + across, cell.y + down),
        corner(next.x + across, next.y + down),
        corner(next.x - across, next.y - down),
        corner(cell.x - across, cell.y - down),
      ]);
    });
    return found;
  }

  // How far a point is from the way between two cells.
  function away(point, from, to) {
    var across = to.x - from.x;
    var down = to.y - from.y;
    var long = across * across + down * down;
    var along = long ? ((point.x - from.x) * across + (point.y - from.y) * down) / long : 0;
    along = Math.min(1, Math.max(0, along));
    return Math.hypot(from.x + along * across - point.x, from.y + along * down - point.y);
  }

  // `does` says what is done now (“place”, “paint”, “move”, “erase”), how wide the brush is in cells
  // of a figure, which point is taken up, and does it: `press`, `paint`, `erase`, `drag`, `drop`.
  window.DolentiPointer = function (stage, figures, does) {
    var drag = null;

    stage.addEventListener("pointerdown", function (event) {
      var svg = event.target.closest("svg[data-figure]");
      if (!svg || event.button !== 0 || drag) return;
      var lens = figures.lens(svg);
      var cell = figures.cell(svg, lens, event);
      var what = does.what();
      drag = { svg: svg, lens: lens, id: event.pointerId, what: what, cells: [cell], far: false };
      if (what === "move") drag.point = does.take(cell);
      if (what === "erase") does.erase(cell, cell);
      if (what !== "place") svg.setPointerCapture(event.pointerId);
    });

    stage.addEventListener("pointermove", function (event) {
      if (!drag || drag.id !== event.pointerId) return;
      var cell = figures.cell(drag.svg, drag.lens, event);
      var last = drag.cells[drag.cells.length - 1];
      var step = Math.hypot(cell.x - last.x, cell.y - last.y);
      if (!drag.far && step < 6 * cell.pixel) return;
      drag.far = true;
      if (drag.what === "move") {
        drag.cells = [cell];
        if (drag.point) does.drag(cell);
      } else if (drag.what === "erase") {
        does.erase(last, cell);
        drag.cells = [cell];
      } else if (drag.what === "paint") {
        var wide = does.brush(cell.figure);
        if (step < Math.max(6, wide / 6)) return;
        drag.cells.push(cell);
        figures.stroke(cell.figure, drag.cells, wide);
      }
    });

    function end(event) {
      if (!drag || drag.id !== event.pointerId) return;
      var was = drag;
      var cell = was.cells[was.cells.length - 1];
      drag = null;
      figures.stroke(cell.figure, [], 0);
      if (event.type === "pointercancel") does.cancel();
      else if (was.what === "erase") does.erased();
      else if (was.what === "move") does.drop(was.far && was.point ? cell : null);
      else if (!was.far) does.press(cell);
      else if (was.what === "paint") does.paint(cell.figure, was.cells);
    }
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
  };
  window.DolentiPointer.outlines = outlines;
  window.DolentiPointer.away = away;
})();
