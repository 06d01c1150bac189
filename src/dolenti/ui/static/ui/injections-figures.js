// The figures under the injection map: which is shown, what lies under a cell, points drawn as paths.
// Three hundred points are a handful of paths, so that a redraw costs as much as one. What it says of
// a place is what is drawn there; the server judges every point again.
(function () {
  "use strict";

  var SVG = "http://www.w3.org/2000/svg";
  var WIDTH = 1000;
  var HEIGHT = 2000;
  var NARROW = 600;

  function all(place, what) {
    return Array.prototype.slice.call(place.querySelectorAll(what));
  }

  // What holds a cell is asked of its outline: a figure that is not shown answers, too.
  var pen = document.createElement("canvas").getContext("2d");
  var outlines = new WeakMap();

  function outlineOf(shape) {
    var found = outlines.get(shape);
    if (!found) {
      var corners = shape.getAttribute("points");
      found = new Path2D(corners ? "M" + corners.trim() + "Z" : shape.getAttribute("d"));
      outlines.set(shape, found);
    }
    return found;
  }

  // What is known of a figure is read once: no layout is asked for while one draws.
  function read(svg) {
    var figure = {
      id: svg.dataset.figure,
      svg: svg,
      mm: Number(svg.dataset.mm),
      parent: svg.dataset.parent || null,
      box: (svg.dataset.box || "").split(" ").map(Number),
      reversed: svg.hasAttribute("data-reversed"),
      skin: svg.querySelector(".body-skin"),
      areas: all(svg, "[data-area]"),
      regions: all(svg, "[data-region]"),
      layers: svg.parentElement.querySelector("[data-layers]"),
      paths: Object.create(null),
    };
    return figure;
  }

  // `say` are the words for why no point may be somewhere; `knows` which places are not those of the
  // pain.
  function Figures(stage, say, knows) {
    var self = this;
    this.say = say;
    this.astray = new Set(knows.astray);
    this.across = new Set(knows.across);
    this.stage = stage;
    this.byId = Object.create(null);
    this.ofRegion = Object.create(null);
    this.scenes = all(stage, ".body-scene");
    all(stage, "svg[data-figure]").forEach(function (svg) {
      var figure = read(svg);
      self.byId[figure.id] = figure;
      figure.regions.forEach(function (polygon) {
        self.ofRegion[polygon.dataset.region] = { figure: figure, polygon: polygon };
      });
    });
    this.bar = stage.querySelector("[data-bar]");
    this.back = stage.querySelector("[data-back]");
    this.title = stage.querySelector("[data-title]");
    this.tabs = stage.querySelector("[data-tabs]");
    this.scene = this.scenes[0];
    this.known = new Map();
    new ResizeObserver(function (entries) {
      stage.classList.toggle("body-narrow", entries[0].contentRect.width < NARROW);
    }).observe(stage);
  }

  // --- What is shown ---

  Figures.prototype.sceneOf = function (figure) {
    return this.byId[figure].svg.closest(".body-scene");
  };

  Figures.prototype.show = function (scene, figure) {
    var self = this;
    this.scene = scene;
    this.scenes.forEach(function (one) {
      one.hidden = one !== scene;
    });
    this.back.hidden = scene === this.scenes[0];
    this.title.textContent = scene.dataset.label;
    this.tabs.textContent = "";
    var views = all(scene, ".body-view");
    if (views.length > 1) {
      views.forEach(function (view) {
        var tab = document.createElement("button");
        tab.type = "button";
        tab.textContent = view.dataset.label;
        tab.dataset.tab = view.dataset.view;
        self.tabs.appendChild(tab);
      });
    }
    all(document, "[data-area-scenes]").forEach(function (line) {
      line.hidden = line.dataset.areaScenes.split(" ").indexOf(scene.dataset.scene) < 0;
    });
    this.view(figure || views[0].dataset.view);
  };

  Figures.prototype.view = function (figure) {
    all(this.scene, ".body-view").forEach(function (one) {
      one.classList.toggle("body-current", one.dataset.view === figure);
    });
    all(this.tabs, "button").forEach(function (tab) {
      tab.setAttribute("aria-pressed", tab.dataset.tab === figure ? "true" : "false");
    });
  };

  Figures.prototype.reveal = function (figure) {
    this.show(this.sceneOf(figure), figure);
  };

  Figures.prototype.open = function (id, facing) {
    var next = this.scenes.filter(function (one) {
      return one.dataset.scene === id;
    })[0];
    if (!next) return;
    var view = all(next, "svg[data-figure]").filter(function (svg) {
      return svg.dataset.parent === facing;
    })[0];
    this.show(next, view ? view.dataset.figure : "");
    this.title.focus({ preventScroll: true });
  };

  // --- Cells ---

  // How the screen lies on a figure: asked once a press, for it lays the page out.
  Figures.prototype.lens = function (svg) {
    return svg.getScreenCTM().inverse();
  };

  Figures.prototype.cell = function (svg, matrix, event) {
    var x = Math.floor(matrix.a * event.clientX + matrix.c * event.clientY + matrix.e);
    var y = Math.floor(matrix.b * event.clientX + matrix.d * event.clientY + matrix.f);
    return {
      figure: svg.dataset.figure,
      x: Math.min(WIDTH - 1, Math.max(0, x)),
      y: Math.min(HEIGHT - 1, Math.max(0, y)),
      pixel: matrix.a, // how many cells a pixel is
    };
  };

  // What lies under the middle of a cell: on the skin or not, its region, the areas.
  Figures.prototype.at = function (name, x, y) {
    var key = name + " " + x + " " + y;
    var found = this.known.get(key);
    if (found) return found;
    var figure = this.byId[name];
    function holds(shape) {
      return pen.isPointInPath(outlineOf(shape), x + 0.5, y + 0.5);
    }
    var own = figure.reversed ? WIDTH - x - 0.5 : x + 0.5;
    found = {
      skin: pen.isPointInPath(outlineOf(figure.skin), own, y + 0.5),
      region: figure.regions.filter(holds)[0] || null,
      areas: figure.areas.filter(holds),
    };
    if (this.known.size > 20000) this.known.clear();
    this.known.set(key, found);
    return found;
  };

  Figures.prototype.nameOf = function (point) {
    var region = this.at(point.figure, point.x, point.y).region;
    return region ? region.dataset.name : this.say.sayNoZone;
  };

  // The rule that a place is against, and its words: it is not where the pain is. Nothing is refused
  // for it.
  Figures.prototype.beside = function (region) {
    var id = region && region.dataset.region;
    if (id && this.astray.has(id)) return "astray";
    return id && this.across.has(id) ? "across" : "";
  };

  // Why no point of a depth (thousandths of a mm) may be there, or what is to be known of it.
  Figures.prototype.look = function (figure, x, y, depth) {
    var at = this.at(figure, x, y);
    var say = this.say;
    if (!at.skin) return { stops: true, says: say.sayOutside };
    if (!at.region) return { stops: true, says: say.sayNoZone };
    var beside = this.beside(at.region);
    var elsewhere = beside === "astray" ? say.sayAstray : beside ? say.sayAcross : "";
    function worst(kind, words) {
      var area = at.areas.filter(function (one) {
        if (one.dataset.area !== kind) return false;
        return kind !== "limit" || depth > window.DolentiNumbers.read(one.dataset.most);
      })[0];
      if (!area) return null;
      if (kind !== "warn") return { stops: true, says: words + " " + area.dataset.why };
      return { stops: false, says: [words, area.dataset.why, elsewhere].join(" ").trim() };
    }
    return (
      worst("forbidden", say.sayForbidden) ||
      worst("limit", say.sayTooDeep) ||
      worst("warn", say.sayCareful) || {
        stops: false,
        says: elsewhere && say.sayPlaced + " " + elsewhere,
      }
    );
  };

  // Where a point of a place of the list is put: in its middle; where one stands there, the nearest
  // spot that is free at this spacing (mm). Null where none is.
  Figures.prototype.free = function (points, place, middle, spacing, depth) {
    var self = this;
    var figure = place.figure;
    var apart = Math.max(1, Math.round(spacing / figure.mm));
    var mine = points.filter(function (one) {
      return one.figure === figure.id && self.at(figure.id, one.x, one.y).region === place.polygon;
    });
    function stands(x, y) {
      return mine.some(function (one) {
        return Math.hypot(one.x - x, one.y - y) < 0.9 * apart;
      });
    }
    function suits(x, y) {
      var here = x >= 0 && y >= 0 && self.at(figure.id, x, y).region === place.polygon;
      return here && !self.look(figure.id, x, y, depth).stops;
    }
    // With some cells around it: on the border itself a curve may be cut otherwise by the server.
    function isFree(x, y) {
      return !stands(x, y) && [[0, 0], [4, 0], [-4, 0], [0, 4], [0, -4]].every(function (by) {
        return suits(x + by[0], y + by[1]);
      });
    }
    if (!stands(middle[0], middle[1])) return middle; // what refuses it there is said
    for (var ring = 1; ring <= 12; ring += 1) {
      for (var turn = 0; turn < 8 * ring; turn += 1) {
        var angle = (turn * Math.PI) / (4 * ring);
        var x = Math.round(middle[0] + ring * apart * Math.sin(angle));
        var y = Math.round(middle[1] - ring * apart * Math.cos(angle));
        if (isFree(x, y)) return [x, y];
      }
    }
    return null;
  };

  // The place in the list of the point that is nearest to a cell, or -1.
  Figures.prototype.nearest = function (points, cell, within) {
    var self = this;
    var best = -1;
    var least = within;
    points.forEach(function (point, place) {
      var seen = point.figure === cell.figure ? point : self.onWhole(point);
      if (!seen || seen.figure !== cell.figure) return;
      var away = Math.hypot(seen.x - cell.x, seen.y - cell.y);
      if (away < least) {
        least = away;
        best = place;
      }
    });
    return best;
  };

  // The same reckoning as the server's BodyMap.whole_body.
  Figures.prototype.onWhole = function (point) {
    var figure = this.byId[point.figure];
    if (!figure || !figure.parent) return null;
    var box = figure.box;
    var own = figure.reversed ? WIDTH - 1 - point.x : point.x;
    var across = Math.floor((2 * box[0] * WIDTH + (2 * own + 1) * (box[2] - box[0])) / (2 * WIDTH));
    var down = Math.floor(
      (2 * box[1] * HEIGHT + (2 * point.y + 1) * (box[3] - box[1])) / (2 * HEIGHT)
    );
    return {
      figure: figure.parent,
      x: figure.reversed ? WIDTH - 1 - across : across,
      y: down,
    };
  };

  // --- Drawing ---

  var LOOKS = ["halo", "dot", "ring", "ring-hole", "deep", "beside", "refused", "stroke"]; // from below

  function put(figure, look, data) {
    if (!figure.paths[look]) {
      if (!data) return;
      LOOKS.forEach(function (name) {
        var made = document.createElementNS(SVG, "path");
        made.setAttribute("class", "imap-" + name);
        figure.layers.appendChild(made);
        figure.paths[name] = made;
        made.drawn = "";
      });
    }
    var path = figure.paths[look];
    if (path.drawn === data) return;
    path.drawn = data;
    path.setAttribute("d", data);
  }

  function lookOf(technique) {
    if (technique === "nappage" || technique === "intra-epidermal") return "dot";
    return technique === "papule" || technique === "deep-intradermal" ? "ring" : "deep";
  }

  // Points as one path a figure and look. `pointed` and `refused` hold the places of those that are
  // shown, and of those that the server refuses.
  Figures.prototype.draw = function (points, pointed, refused) {
    var drawn = Object.create(null);
    var self = this;
    function add(seen, look, data) {
      var layers = drawn[seen.figure] || (drawn[seen.figure] = Object.create(null));
      layers[look] = (layers[look] || "") + data;
    }
    function one(seen, technique, isChosen, isRefused, isBeside) {
      var dot = "M" + (seen.x + 0.5) + " " + (seen.y + 0.5) + "h0";
      var look = lookOf(technique);
      if (isChosen) add(seen, "halo", dot);
      add(seen, look, dot);
      if (look === "ring") add(seen, "ring-hole", dot);
      if (isBeside) {
        add(seen, "beside", "M" + (seen.x - 17) + " " + (seen.y - 17) + "h35v35h-35z");
      }
      if (isRefused) {
        add(seen, "refused", "M" + (seen.x - 13) + " " + (seen.y - 13) + "l26 26m0-26l-26 26");
      }
    }
    points.forEach(function (point, place) {
      if (!self.byId[point.figure]) return;
      var beside = self.beside(self.at(point.figure, point.x, point.y).region);
      one(point, point.technique, pointed.has(place), refused.has(place), beside);
      var whole = self.onWhole(point);
      if (whole) one(whole, point.technique, pointed.has(place), refused.has(place), beside);
    });
    Object.keys(this.byId).forEach(function (id) {
      LOOKS.slice(0, -1).forEach(function (look) {
        put(self.byId[id], look, (drawn[id] && drawn[id][look]) || "");
      });
    });
  };

  Figures.prototype.stroke = function (name, cells, wide) {
    var figure = this.byId[name];
    var data = cells
      .map(function (cell, place) {
        return (place ? "L" : "M") + cell.x + " " + cell.y;
      })
      .join("");
    put(figure, "stroke", cells.length === 1 ? data + "h0" : data);
    if (figure.paths.stroke) figure.paths.stroke.setAttribute("stroke-width", String(wide));
  };

  window.DolentiFigures = Figures;
})();
