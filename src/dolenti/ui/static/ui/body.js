// What the figure of the body gains from script: a press places a point, a hand, a foot, a knee or
// the back opens larger, arrows walk over the regions, and the list is searched as one types.
// The hidden inputs beside the list of points are all that is sent; the server finds the regions.
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var WIDTH = 1000;
  var HEIGHT = 2000;
  var NARROW = 600; // below this width the views stand one at a time

  function all(place, what) {
    return Array.prototype.slice.call(place.querySelectorAll(what));
  }

  function plain(text) {
    return text
      .toLowerCase()
      .replace(/œ/g, "oe")
      .normalize("NFKD")
      .replace(/[\u0300-\u036f]/g, "");
  }

  function begin(root) {
    var name = root.dataset.body;
    var most = Number(root.dataset.most);
    var list = root.querySelector("[data-points]");
    var select = root.querySelector("[data-list]");
    var live = root.querySelector("[data-live]");
    var bar = root.querySelector("[data-bar]");
    var back = root.querySelector("[data-back]");
    var title = root.querySelector("[data-title]");
    var tabs = root.querySelector("[data-tabs]");
    var stage = root.querySelector(".body-stage");
    var whole = stage.querySelector(".body-scene");
    var targets = Object.create(null); // region id: its polygon
    var regionOf = new Map(); // an item of the list: the polygon pressed for it
    var from = null; // what was focused before the enlargement opened

    // The enlargements become part of the page at once, hidden: every region is then at hand.
    all(stage, "template[data-scene]").forEach(function (template) {
      var scene = template.content.firstElementChild.cloneNode(true);
      scene.dataset.label = template.dataset.label;
      scene.hidden = true;
      template.replaceWith(scene);
    });
    var scenes = all(stage, ".body-scene");
    var scene = whole;

    all(stage, "[data-region]").forEach(function (polygon) {
      targets[polygon.dataset.region] = polygon;
      polygon.setAttribute("role", "button");
      polygon.setAttribute("aria-label", polygon.dataset.name);
      polygon.setAttribute("tabindex", "-1");
    });
    all(stage, "svg[data-figure]").forEach(function (svg) {
      svg.setAttribute("role", "group");
      var first = svg.querySelector("[data-region]");
      if (first) first.setAttribute("tabindex", "0");
    });

    function say(text) {
      live.textContent = "";
      window.setTimeout(function () {
        live.textContent = text;
      }, 50);
    }

    // --- Points ---

    function items() {
      return all(list, "li");
    }

    function read(item) {
      var parts = item.querySelector("input").value.split(",");
      return { figure: parts[0], x: Number(parts[1]), y: Number(parts[2]) };
    }

    function svgOf(figure) {
      return stage.querySelector('svg[data-figure="' + figure + '"]');
    }

    // The same reckoning as the server's BodyMap.whole_body.
    function onWhole(point) {
      var svg = svgOf(point.figure);
      if (!svg || !svg.dataset.parent) return null;
      var box = svg.dataset.box.split(" ").map(Number);
      var turned = svg.hasAttribute("data-reversed");
      var x = turned ? WIDTH - 1 - point.x : point.x;
      var across = Math.floor((2 * box[0] * WIDTH + (2 * x + 1) * (box[2] - box[0])) / (2 * WIDTH));
      var down = Math.floor(
        (2 * box[1] * HEIGHT + (2 * point.y + 1) * (box[3] - box[1])) / (2 * HEIGHT)
      );
      return { figure: svg.dataset.parent, x: turned ? WIDTH - 1 - across : across, y: down };
    }

    function under(point) {
      var svg = svgOf(point.figure);
      if (!svg) return null;
      var spot = svg.createSVGPoint();
      spot.x = point.x + 0.5;
      spot.y = point.y + 0.5;
      return (
        all(svg, "[data-region]").filter(function (polygon) {
          return polygon.isPointInFill(spot);
        })[0] || null
      );
    }

    function draw() {
      var lit = Object.create(null);
      all(stage, "[data-marks], [data-lit]").forEach(function (group) {
        group.textContent = "";
      });
      items().forEach(function (item, index) {
        var point = read(item);
        var number = String(index + 1);
        item.querySelector(".body-number").textContent = number;
        var place = item.querySelector("[data-place]").textContent;
        item.querySelector("[data-remove-place]").textContent = " " + number + ", " + place;
        [point, onWhole(point)].forEach(function (seen) {
          if (!seen || !svgOf(seen.figure)) return;
          mark(seen, number);
          var polygon = under(seen);
          if (polygon) lit[polygon.dataset.region] = polygon;
        });
      });
      if (targets[select.value]) lit[select.value] = targets[select.value];
      Object.keys(targets).forEach(function (region) {
        targets[region].setAttribute("aria-pressed", lit[region] ? "true" : "false");
      });
      Object.keys(lit).forEach(function (region) {
        var shape = document.createElementNS(SVG, "path");
        shape.setAttribute("d", lit[region].dataset.shape);
        lit[region].closest("svg").querySelector("[data-lit]").appendChild(shape);
      });
      root.querySelector("[data-no-points]").hidden = items().length > 0;
    }

    function mark(point, number) {
      var group = document.createElementNS(SVG, "g");
      var circle = document.createElementNS(SVG, "circle");
      var text = document.createElementNS(SVG, "text");
      group.setAttribute("class", "body-mark body-mark-1");
      group.setAttribute("transform", "translate(" + point.x + " " + point.y + ")");
      circle.setAttribute("r", "28");
      text.setAttribute("y", "12");
      text.textContent = number;
      group.append(circle, text);
      svgOf(point.figure).querySelector("[data-marks]").appendChild(group);
    }

    // A target is larger than the limb below it: a press beside the skin means the skin beside it.
    function onSkin(polygon, x, y) {
      var svg = polygon.closest("svg");
      var skin = svg.querySelector(".body-skin");
      var turned = svg.hasAttribute("data-reversed");
      var spot = svg.createSVGPoint();
      function holds(across, down) {
        spot.x = across;
        spot.y = down;
        if (!polygon.isPointInFill(spot)) return false;
        if (turned) spot.x = WIDTH - across;
        return skin.isPointInFill(spot);
      }
      for (var away = 0; away < 200; away += 4) {
        for (var turn = 0; turn < 24; turn += 1) {
          var angle = (turn * Math.PI) / 12;
          var across = Math.round(x + away * Math.cos(angle));
          var down = Math.round(y + away * Math.sin(angle));
          if (holds(across + 0.5, down + 0.5)) return [across, down];
        }
      }
      return [x, y];
    }

    function add(polygon, x, y) {
      if (items().length >= most) {
        say(root.dataset.sayFull);
        return;
      }
      var made = root.querySelector("template[data-point]").content.firstElementChild;
      var item = made.cloneNode(true);
      var figure = polygon.closest("svg").dataset.figure;
      item.querySelector("input").value = [figure].concat(onSkin(polygon, x, y)).join(",");
      item.querySelector("[data-place]").textContent = polygon.dataset.name;
      list.appendChild(item);
      regionOf.set(item, polygon);
      changed();
      say(items().length + ". " + polygon.dataset.name);
    }

    function remove(item) {
      var all = items();
      var next = all[all.indexOf(item) + 1] || all[all.indexOf(item) - 1];
      var focused = item.contains(document.activeElement);
      item.remove();
      changed();
      say(root.dataset.sayRemoved);
      if (!focused) return;
      if (next) next.querySelector("[data-remove]").focus();
      else select.focus();
    }

    function changed() {
      draw();
      // Whoever keeps drafts of the form hears of it like of a key.
      list.dispatchEvent(new Event("input", { bubbles: true }));
    }

    // --- Scenes and views ---

    function views() {
      return all(scene, ".body-view");
    }

    function show(next, figure) {
      scene = next;
      scenes.forEach(function (one) {
        one.hidden = one !== scene;
      });
      var enlarged = scene !== whole;
      back.hidden = title.hidden = !enlarged;
      title.textContent = scene.dataset.label;
      tabs.textContent = "";
      if (views().length > 1) {
        views().forEach(function (view) {
          var tab = document.createElement("button");
          tab.type = "button";
          tab.textContent = view.dataset.label;
          tab.dataset.tab = view.dataset.view;
          tabs.appendChild(tab);
        });
      }
      view(figure || views()[0].dataset.view);
      draw(); // which region a point lies in is told of what is shown alone
    }

    function view(figure) {
      views().forEach(function (one) {
        one.classList.toggle("body-current", one.dataset.view === figure);
      });
      all(tabs, "button").forEach(function (tab) {
        tab.setAttribute("aria-pressed", tab.dataset.tab === figure ? "true" : "false");
      });
    }

    function sceneOf(id) {
      return scenes.filter(function (one) {
        return one.dataset.scene === id;
      })[0];
    }

    function open(id, origin) {
      var next = sceneOf(id);
      if (!next) return;
      from = origin;
      var views = all(next, "svg[data-figure]");
      var figure = origin && origin.closest("svg") ? origin.closest("svg").dataset.figure : "";
      var facing = views.filter(function (svg) {
        return svg.dataset.parent === figure;
      })[0];
      show(next, facing ? facing.dataset.figure : "");
      bar.scrollIntoView({ block: "nearest" });
      title.focus({ preventScroll: true });
      say(root.dataset.sayOpened + ": " + next.dataset.label);
    }

    function close() {
      var svg = from && from.closest("svg");
      show(whole, svg ? svg.dataset.figure : "");
      var place = from || whole.querySelector('[tabindex="0"]');
      if (place) place.focus({ preventScroll: true });
    }

    // --- Pressing ---

    function cell(svg, event) {
      var spot = svg.createSVGPoint();
      spot.x = event.clientX;
      spot.y = event.clientY;
      spot = spot.matrixTransform(svg.getScreenCTM().inverse());
      return {
        x: Math.min(WIDTH - 1, Math.max(0, Math.floor(spot.x))),
        y: Math.min(HEIGHT - 1, Math.max(0, Math.floor(spot.y))),
      };
    }

    function press(polygon, x, y) {
      if (polygon.dataset.opens) open(polygon.dataset.opens, polygon);
      else add(polygon, x, y);
    }

    stage.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (button) {
        if (button.dataset.opens) open(button.dataset.opens, button);
        else if (button.dataset.tab) view(button.dataset.tab);
        else if (button === back) close();
        return;
      }
      var svg = event.target.closest("svg[data-figure]");
      if (!svg) return;
      var polygon = event.target.closest("[data-region]");
      var at = cell(svg, event);
      if (polygon) press(polygon, at.x, at.y);
      else say(root.dataset.sayOutside);
    });

    function hover(polygon) {
      all(stage, "[data-hover]").forEach(function (one) {
        one.setAttribute("d", "");
      });
      if (polygon) {
        var shade = polygon.closest("svg").querySelector("[data-hover]");
        shade.setAttribute("d", polygon.dataset.shape);
      }
    }
    stage.addEventListener("pointerover", function (event) {
      if (event.pointerType === "mouse") hover(event.target.closest("[data-region]"));
    });
    stage.addEventListener("pointerleave", function () {
      hover(null);
    });
    stage.addEventListener("focusin", function (event) {
      hover(event.target.closest("[data-region]"));
    });
    stage.addEventListener("focusout", function () {
      hover(null);
    });

    // --- Keys ---

    var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    function middle(polygon) {
      return polygon.dataset.middle.split(",").map(Number);
    }

    // The nearest region in a direction: what lies aside counts twice.
    function beside(polygon, way) {
      var here = middle(polygon);
      var best = null;
      var least = Infinity;
      all(polygon.closest("svg"), "[data-region]").forEach(function (other) {
        var there = middle(other);
        var across = there[0] - here[0];
        var down = there[1] - here[1];
        var ahead = across * way[0] + down * way[1];
        var aside = Math.abs(across * way[1]) + Math.abs(down * way[0]);
        if (other !== polygon && ahead > 0 && ahead + 2 * aside < least) {
          least = ahead + 2 * aside;
          best = other;
        }
      });
      return best;
    }

    function takeBack(polygon) {
      var mine = items().filter(function (item) {
        return under(read(item)) === polygon;
      });
      if (mine.length) remove(mine[mine.length - 1]);
      else say(root.dataset.sayNone);
    }

    stage.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && scene !== whole) {
        event.preventDefault();
        close();
        return;
      }
      var polygon = event.target.closest("[data-region]");
      if (!polygon) return;
      if (WAYS[event.key]) {
        var next = beside(polygon, WAYS[event.key]);
        if (next) {
          polygon.setAttribute("tabindex", "-1");
          next.setAttribute("tabindex", "0");
          next.focus();
        }
      } else if (event.key === "Enter" || event.key === " ") {
        var at = middle(polygon);
        press(polygon, at[0], at[1]);
      } else if (event.key === "Delete" || event.key === "Backspace") {
        takeBack(polygon);
      } else {
        return;
      }
      event.preventDefault();
    });

    list.addEventListener("click", function (event) {
      var button = event.target.closest("[data-remove]");
      if (!button) return;
      event.preventDefault();
      remove(button.closest("li"));
    });
    list.addEventListener("keydown", function (event) {
      var item = event.target.closest("li");
      if (item && (event.key === "Delete" || event.key === "Backspace")) {
        event.preventDefault();
        remove(item);
      }
    });

    // --- The list ---

    var query = root.querySelector("[data-query]");
    var found = root.querySelector("[data-found]");
    var typed = query.value;

    // All places, whatever was searched without script: their names stand on the targets.
    function fill() {
      var words = plain(query.value).split(/\s+/).filter(Boolean);
      var chosen = select.value;
      var count = 0;
      groups.forEach(function (group) {
        group.element.textContent = "";
        group.options.forEach(function (option) {
          var keep = words.every(function (word) {
            return option.searched.indexOf(word) >= 0;
          });
          if (keep) count += 1;
          if (keep || option.element.value === chosen) group.element.appendChild(option.element);
        });
        if (group.element.children.length) select.appendChild(group.element);
        else group.element.remove();
      });
      select.value = chosen;
      found.textContent = words.length ? String(count) + " / " + total : "";
    }

    var groups = all(select, "optgroup").map(function (element) {
      return {
        element: element,
        options: all(element, "option").map(function (option) {
          return { element: option, searched: plain(option.textContent + " " + element.label) };
        }),
      };
    });
    var total = groups.reduce(function (sum, group) {
      return sum + group.options.length;
    }, 0);
    query.addEventListener("input", function () {
      if (query.value !== typed) fill();
      typed = query.value;
    });
    query.addEventListener("keydown", function (event) {
      if (event.key !== "Enter") return;
      event.preventDefault(); // searching is not sending
      select.focus();
    });
    select.addEventListener("change", function () {
      var polygon = targets[select.value];
      if (polygon) {
        var svg = polygon.closest("svg");
        show(svg.closest(".body-scene"), svg.dataset.figure);
      } else {
        draw();
      }
    });

    // --- Width ---

    new ResizeObserver(function (entries) {
      root.classList.toggle("body-narrow", entries[0].contentRect.width < NARROW);
    }).observe(root);

    bar.hidden = false;
    root.querySelector("[data-open]").hidden = false;
    show(whole, "");
  }

  function beginAll() {
    all(document, "[data-body]:not([data-begun])").forEach(function (root) {
      root.setAttribute("data-begun", "");
      begin(root);
    });
  }
  document.addEventListener("htmx:afterSettle", beginAll);
  beginAll();
})();
