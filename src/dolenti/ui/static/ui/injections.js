// The injection map: points are placed, painted, moved and deleted on the figure or by the list, and
// undone. One hidden field holds them as JSON: all that is sent. Volumes and depths are whole
// thousandths here, so that sums are exact. The server lays the grids and judges every point.
(function () {
  "use strict";

  var MOST_UNDONE = 100;
  var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  var numbers = window.DolentiNumbers;

  function begin(root) {
    var knows = JSON.parse(root.dataset.knows);
    var say = root.dataset;
    var field = root.querySelector("[data-value]");
    var stage = root.querySelector("[data-stage]");
    var figures = new window.DolentiFigures(stage, root.dataset, knows);
    var live = root.querySelector("[data-live]");
    var get = function (name) {
      return root.querySelector("[data-" + name + "]");
    };
    var before = null; // what stood before a drag or a stroke of the eraser
    // A map that cannot be drawn here stays in the field as it is, until somebody draws another.
    var kept = window.DolentiKept.read(field.value, knows, figures);
    var map = kept || window.DolentiKept.read("", knows, figures);
    var asking = new window.DolentiAsking(root);
    var undone = [];
    var done = [];
    var chosen = -1; // the point that arrows move
    var pointed = new Set(); // those that are shown with it
    var refused = new Set();
    var waiting = 0;
    var unkept = false; // what is drawn is not in the field yet

    var settings = new window.DolentiInjectionSettings(root, stage, knows, function (wrong) {
      why(say.sayNumber);
      wrong.focus();
    });

    function tell(text) {
      live.textContent = "";
      window.setTimeout(function () {
        live.textContent = text;
      }, 50);
    }

    function why(text, careful) {
      var place = get("why-shown");
      place.classList.toggle("imap-away", !text);
      place.textContent = text || "";
      get("spread-said").hidden = true;
      place.classList.toggle("imap-why-careful", Boolean(careful));
      if (text) tell(text);
    }

    // --- What is kept ---

    function keep() {
      unkept = false;
      field.value = window.DolentiKept.write(map, knows.edition);
      field.dataset.points = String(map.points.length);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    // Whoever sends the form, or keeps a draft of it, in the frame before: it has what is drawn.
    if (field.form) {
      field.form.addEventListener("formdata", function (event) {
        if (!unkept) return;
        keep();
        event.formData.set(field.name, field.value);
      });
    }

    // Points are never changed where they stand: what was can then be had again.
    function change(points) {
      done.push(map.points);
      if (done.length > MOST_UNDONE) done.shift();
      undone = [];
      map.points = points;
      changed();
    }

    function step(from, to, said) {
      if (!from.length) return;
      to.push(map.points);
      map.points = from.pop();
      changed();
      tell(said);
    }

    function changed() {
      if (chosen >= map.points.length) chosen = map.points.length - 1;
      pointed = new Set(chosen < 0 ? [] : [chosen]);
      refused = new Set();
      unkept = true;
      redraw();
      later();
      ask();
    }

    // The figure first: the field follows in a frame of its own, then the list, once for all that
    // happened meanwhile.
    function later() {
      if (waiting) return;
      waiting = window.requestAnimationFrame(function () {
        waiting = window.requestAnimationFrame(function () {
          if (unkept) keep();
          waiting = window.requestAnimationFrame(list);
        });
      });
    }

    function redraw() {
      figures.draw(map.points, pointed, refused);
    }

    // --- What the rules say ---

    function offline() {
      why(say.sayOffline, true);
    }

    function ask() {
      asking.soon(
        say.judge,
        function () {
          return {
            points: field.value,
            prepared_ml: knows.prepared,
            bmi: knows.bmi,
            zones: knows.zones,
            side: knows.side,
          };
        },
        judged,
        offline
      );
    }

    function judged(answer) {
      if (answer.said) return why(answer.said);
      get("findings").innerHTML = answer.html;
      side.verdict(answer.findings);
      refused = new Set();
      answer.findings.forEach(function (finding) {
        if (finding.severity !== "block") return;
        finding.about.forEach(function (number) {
          refused.add(number - 1);
        });
      });
      redraw();
      root.dispatchEvent(new CustomEvent("injections:judged", { bubbles: true, detail: answer }));
    }

    // --- What a press does ---

    function made(how, figure, x, y) {
      return Object.assign({ figure: figure, x: x, y: y }, how);
    }

    function same(a, b) {
      return a.figure === b.figure && a.x === b.x && a.y === b.y && a.technique === b.technique;
    }

    function add(figure, x, y) {
      var how = settings.read();
      if (!how) return;
      if (map.points.length >= knows.most) return why(say.sayFull);
      var point = made(how, figure, x, y);
      var found = figures.look(figure, x, y, how.depth);
      if (found.stops) return why(found.says);
      var there = map.points.some(function (other) {
        return same(other, point);
      });
      if (there) return why(say.sayThere, true);
      chosen = map.points.length;
      change(map.points.concat([point]));
      why(found.says, true);
      if (!found.says) tell(say.sayAdded + ": " + figures.nameOf(point));
    }

    // --- Grids ---

    function lay(figure, outlines) {
      var how = settings.read();
      var spacing = how && settings.spacing();
      if (!spacing) return;
      asking.send(say.grid, {
        figure: figure,
        painted: outlines,
        spacing_mm: numbers.plain(spacing),
        depth_mm: numbers.plain(how.depth),
      })
        .then(function (answer) {
          if (!answer.points) return why(answer.said);
          // Beside a point that is there already none is laid: strokes may overlap.
          var near = (0.75 * spacing) / 1000 / figures.byId[figure].mm;
          var mine = map.points.filter(function (one) {
            return one.figure === figure && one.technique === how.technique;
          });
          var laid = answer.points
            .filter(function (at) {
              return !mine.some(function (one) {
                return Math.hypot(one.x - at[0], one.y - at[1]) < near;
              });
            })
            .map(function (at) {
              return made(how, figure, at[0], at[1]);
            });
          if (map.points.length + laid.length > knows.most) return why(say.sayFull);
          if (laid.length) change(map.points.concat(laid));
          var elsewhere = laid.filter(function (one) {
            return figures.beside(figures.at(one.figure, one.x, one.y).region);
          }).length;
          var said = [
            laid.length ? numbers.filled(say.sayMany, { n: laid.length }) : say.sayNoneLaid,
            elsewhere ? numbers.filled(say.sayLaidAstray, { n: elsewhere }) : "",
            answer.said,
          ].filter(Boolean);
          why(said.length > 1 ? said.join(" ") : "", true);
          tell(said.join(" "));
        })
        .catch(offline);
    }

    // --- On the figure ---

    function pick(place, others) {
      chosen = place;
      pointed = new Set(others || (place < 0 ? [] : [place]));
      redraw();
      side.panel(map, chosen);
      if (chosen >= 0) tell(get("chosen-count").textContent + ", " + get("chosen-what").textContent);
    }

    function brush(figure) {
      return settings.brush(figures.byId[figure].mm);
    }

    function paint(figure, cells) {
      lay(figure, window.DolentiPointer.outlines(cells, brush(figure)));
    }

    window.DolentiPointer(stage, figures, {
      what: settings.what.bind(settings),
      brush: brush,
      paint: paint,
      press: function (cell) {
        var region = figures.at(cell.figure, cell.x, cell.y).region;
        if (region && region.dataset.opens) figures.open(region.dataset.opens, cell.figure);
        else if (settings.what() === "paint") paint(cell.figure, [cell]);
        else add(cell.figure, cell.x, cell.y);
      },
      take: function (cell) {
        before = map.points;
        pick(figures.nearest(map.points, cell, 24 * cell.pixel));
        return chosen >= 0 && map.points[chosen].figure === cell.figure;
      },
      drag: function (cell) {
        map.points = before.slice();
        map.points[chosen] = Object.assign({}, before[chosen], { x: cell.x, y: cell.y });
        redraw();
      },
      drop: function (cell) {
        map.points = before;
        before = null;
        if (cell) put(chosen, cell.x, cell.y);
      },
      erase: function (from, to) {
        var reach = brush(to.figure) / 2 + 1;
        before = before || map.points;
        map.points = map.points.filter(function (one) {
          return one.figure !== to.figure || window.DolentiPointer.away(one, from, to) > reach;
        });
        chosen = -1;
        pointed = new Set();
        redraw();
      },
      erased: function () {
        var left = map.points;
        var gone = before.length - left.length;
        map.points = before;
        before = null;
        if (gone) change(left);
        tell(numbers.filled(say.sayErased, { n: gone }));
      },
      cancel: function () {
        if (before) map.points = before;
        before = null;
        redraw();
      },
    });

    function put(place, x, y) {
      var point = Object.assign({}, map.points[place], { x: x, y: y });
      var found = figures.look(point.figure, x, y, point.depth);
      var there = map.points.some(function (other, at) {
        return at !== place && same(other, point);
      });
      if (found.stops || there) {
        redraw();
        return why(there ? say.sayThere : found.says);
      }
      var points = map.points.slice();
      points[place] = point;
      change(points);
      why(found.says, true);
      if (!found.says) tell(say.sayMoved + ": " + figures.nameOf(point));
    }

    function walk(across, down, far) {
      var point = map.points[chosen];
      if (!point) return;
      var cells = Math.max(1, Math.round((far ? 10 : 1) / figures.byId[point.figure].mm));
      put(chosen, point.x + across * cells, point.y + down * cells);
    }

    function remove(place) {
      var points = map.points.slice();
      points.splice(place, 1);
      change(points);
      tell(numbers.filled(say.sayErased, { n: 1 }));
    }

    // --- The list, the totals, the chosen point: see injections-list.js ---

    var side = new window.DolentiInjectionsList(root, {
      knows: knows,
      figures: figures,
      techniques: settings.techniques,
    });

    function list() {
      window.cancelAnimationFrame(waiting);
      waiting = 0;
      if (unkept) keep();
      side.list(map);
      side.panel(map, chosen);
      get("undo").disabled = !done.length;
      get("redo").disabled = !undone.length;
      if (!map.points.length) side.verdict([]);
    }

    function members(button) {
      return side.members(button.closest("[data-places]"));
    }

    // As much to each point as there is, and never less or more than its technique allows.
    function spread() {
      var place = get("spread-said");
      var dead = numbers.read(knows.dead[map.tubing ? 1 : 0]);
      var shared = window.DolentiShare(
        map.points,
        settings.techniques,
        numbers.read(knows.prepared) - dead - (map.total || 0)
      );
      if (shared.volumes) {
        change(
          map.points.map(function (one, at) {
            var volume = shared.volumes[at];
            return volume === null ? one : Object.assign({}, one, { volume: volume });
          })
        );
      }
      place.hidden = false;
      place.textContent = window.DolentiShare.words(shared, dead, say);
      tell(place.textContent);
    }

    var GROUP = {
      choose: function (places) {
        figures.reveal(map.points[places[0]].figure);
        pick(places[0], places);
        get("pad").querySelector("button").focus();
      },
      apply: function (places) {
        var how = settings.read();
        if (!how) return;
        var mine = new Set(places);
        change(
          map.points.map(function (one, place) {
            return mine.has(place) ? made(how, one.figure, one.x, one.y) : one;
          })
        );
        tell(say.sayApplied);
      },
      delete: function (places) {
        var mine = new Set(places);
        change(
          map.points.filter(function (one, place) {
            return !mine.has(place);
          })
        );
        tell(numbers.filled(say.sayErased, { n: places.length }));
        get("region-list").focus();
      },
    };

    function chosenRegion() {
      var found = figures.ofRegion[get("region-list").value];
      if (!found) get("region-list").focus();
      else figures.reveal(found.figure.id);
      return found;
    }

    var PRESS = {
      undo: function () {
        step(done, undone, say.sayUndone);
      },
      redo: function () {
        step(undone, done, say.sayRedone);
      },
      back: function () {
        figures.show(figures.scenes[0], "");
      },
      spread: spread,
      copy: function () {
        var last = window.DolentiKept.read(say.last, knows, figures);
        if (!last) return why(say.sayUnreadable);
        Object.assign(map, last, { points: map.points });
        settings.devices(map);
        change(last.points);
        why("");
        tell(say.sayCopied);
      },
      delete: function () {
        if (chosen >= 0) remove(chosen);
      },
      "add-one": function () {
        var found = chosenRegion();
        var how = found && settings.read();
        if (!how) return;
        var middle = get("region-list").selectedOptions[0].dataset.at.split(",").map(Number);
        var spacing = numbers.read(settings.techniques[how.technique].spacing0) / 1000;
        var at = figures.free(map.points, found, middle, spacing, how.depth);
        if (!at) return why(say.sayPlaceFull);
        add(found.figure.id, at[0], at[1]);
      },
      "add-all": function () {
        var found = chosenRegion();
        if (!found) return;
        var corners = found.polygon.getAttribute("points").trim().split(/\s+/);
        lay(found.figure.id, [
          corners.map(function (corner) {
            return corner.split(",").map(Number);
          }),
        ]);
      },
    };

    root.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) return;
      if (waiting) list(); // what is pressed is what is seen
      var data = button.dataset;
      var named = Object.keys(PRESS).filter(function (name) {
        return button.hasAttribute("data-" + name);
      })[0];
      if (named) PRESS[named]();
      else if (data.mode) settings.turn(data.mode);
      else if (data.opens) figures.open(data.opens, "");
      else if (data.tab) figures.view(data.tab);
      else if (data.do) GROUP[data.do](members(button));
      else if (data.way) {
        var way = data.way.split(" ").map(Number);
        walk(way[0], way[1], event.shiftKey);
      } else if (data.walk && map.points.length) {
        var next = (chosen + Number(data.walk) + map.points.length) % map.points.length;
        figures.reveal(map.points[next].figure);
        pick(next);
      } else if (data.numbers) {
        var those = data.numbers.split(" ").map(function (number) {
          return Number(number) - 1;
        });
        figures.reveal(map.points[those[0]].figure);
        pick(those[0], those);
      }
    });

    root.addEventListener("change", function (event) {
      var data = event.target.dataset;
      if ("technique" in data) {
        var lost = settings.choose(event.target.value);
        why(lost.length ? numbers.filled(say.sayReplaced, { fields: lost.join(", ") }) : "", true);
        return settings.turn(settings.mode);
      }
      if ("device" in data) {
        settings.turnTo(map, event.target.value);
      } else if ("tubing" in data) {
        map.tubing = event.target.checked;
      } else if ("total" in data) {
        map.total = numbers.read(event.target.value);
        if (map.total === null && event.target.value.trim()) settings.wrong(event.target);
      } else {
        return;
      }
      changed();
    });

    root.addEventListener("input", function (event) {
      var name = event.target.dataset.setting;
      if (!name) return;
      map.settings[name] = event.target.value.trim();
      if (!map.settings[name]) delete map.settings[name];
      changed();
    });

    root.addEventListener("keydown", function (event) {
      var typing = event.target.closest("input, select, textarea");
      var key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && !typing && (key === "z" || key === "y")) {
        event.preventDefault();
        PRESS[key === "y" || event.shiftKey ? "redo" : "undo"]();
        return;
      }
      if (typing && event.key === "Enter" && event.target.type === "text") {
        event.preventDefault(); // a number is typed: nothing is sent
      } else if (event.target.closest("[data-chosen]") && WAYS[event.key]) {
        event.preventDefault();
        walk(WAYS[event.key][0], WAYS[event.key][1], event.shiftKey);
      } else if (event.target.closest("[data-chosen]") && event.key === "Delete" && chosen >= 0) {
        event.preventDefault();
        remove(chosen);
      }
    });

    settings.choose(knows.technique);
    settings.devices(map);
    settings.turn("add");
    get("parts").hidden = false;
    figures.reveal(say.opensOn);
    if (kept) field.dataset.points = String(map.points.length);
    redraw();
    list();
    if (!kept) why(say.sayUnreadable);
    if (map.points.length) ask();
  }

  function beginAll() {
    document.querySelectorAll("[data-injections]:not([data-begun])").forEach(function (root) {
      root.setAttribute("data-begun", "");
      begin(root);
    });
  }
  document.addEventListener("htmx:afterSettle", beginAll);
  beginAll();
})();
