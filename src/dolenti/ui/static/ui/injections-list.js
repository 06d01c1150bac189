// Beside the injection map: points in words, by place and way, the chosen one, and what they come to
// against what was prepared. Numbers are whole thousandths.
(function () {
  "use strict";

  var numbers = window.DolentiNumbers;
  var MICRO = 1e-6; // a dose is a product of two numbers of three decimals

  function List(root, tools) {
    this.get = function (name) {
      return root.querySelector("[data-" + name + "]");
    };
    this.say = root.dataset;
    this.tools = tools;
    this.groups = [];
    this.needles = Object.create(null);
    tools.knows.needles.forEach(function (one) {
      this.needles[one.id] = one;
    }, this);
  }

  List.prototype.how = function (point) {
    var tools = this.tools;
    var needle = this.needles[point.needle];
    return [
      tools.techniques[point.technique].label,
      numbers.shown(point.depth) + "\u00a0mm",
      point.volume === null ? this.say.sayUncounted : numbers.shown(point.volume) + "\u00a0mL",
      needle ? needle.label : this.say.sayNoNeedle,
    ].join(" · ");
  };

  List.prototype.count = function (n) {
    return n === 1 ? this.say.sayPointsOne : numbers.filled(this.say.sayPoints, { n: n });
  };

  // Points that are made alike, and among them those of one place.
  List.prototype.grouped = function (points) {
    var self = this;
    var found = new Map();
    points.forEach(function (point, place) {
      var how = [point.technique, point.depth, point.volume, point.needle].join();
      var name = self.tools.figures.nameOf(point);
      if (!found.has(how)) found.set(how, { point: point, all: [], places: new Map() });
      var group = found.get(how);
      group.all.push(place);
      if (!group.places.has(name)) group.places.set(name, []);
      group.places.get(name).push(place);
    });
    return Array.from(found.values());
  };

  function fit(list, template, count) {
    while (list.children.length > count) list.lastElementChild.remove();
    while (list.children.length < count) {
      list.appendChild(template.content.firstElementChild.cloneNode(true));
    }
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  List.prototype.list = function (map) {
    var self = this;
    var list = this.get("groups");
    var ofGroup = this.get("group");
    var ofPlace = this.get("group-place");
    this.groups = this.grouped(map.points);
    fit(list, ofGroup, this.groups.length);
    this.groups.forEach(function (group, at) {
      var item = list.children[at];
      var how = self.how(group.point);
      item.dataset.places = String(at);
      write(item.querySelector("[data-how]"), how);
      write(item.querySelector("[data-how-many]"), self.count(group.all.length));
      self.name(item.querySelector("[data-head]"), how);
      var places = item.querySelector("[data-group-places]");
      fit(places, ofPlace, group.places.size);
      Array.from(group.places.keys()).forEach(function (name, place) {
        var line = places.children[place];
        line.dataset.places = at + " " + place;
        write(line.querySelector("[data-name]"), name);
        self.beside(line.querySelector("[data-beside]"), map.points[group.places.get(name)[0]]);
        write(line.querySelector("[data-count-here]"), self.count(group.places.get(name).length));
        self.name(line, name);
      });
    });
    this.get("no-points").hidden = this.groups.length > 0;
    this.totals(map);
  };

  // That a place is not that of the pain stands beside its name.
  List.prototype.beside = function (tag, point) {
    var says = this.elsewhere(point);
    tag.hidden = !says;
    write(tag, says);
  };

  List.prototype.elsewhere = function (point) {
    var figures = this.tools.figures;
    var beside = figures.beside(figures.at(point.figure, point.x, point.y).region);
    if (!beside) return "";
    return beside === "astray" ? this.say.sayAstrayTag : this.say.sayAcrossTag;
  };

  // How many times the rules speak, in one line that never moves what stands below it.
  List.prototype.verdict = function (findings) {
    var said = this.say;
    var counts = { block: said.sayBlock, override: said.sayOverride, warn: said.sayWarn };
    var words = Object.keys(counts)
      .map(function (severity) {
        var n = findings.filter(function (one) {
          return one.severity === severity;
        }).length;
        return n ? numbers.filled(counts[severity], { n: n }) : "";
      })
      .filter(Boolean);
    write(this.get("verdict-says"), words.join(", ") || said.sayNoRule);
    var stops = Boolean(findings.length && findings[0].severity === "block");
    this.get("verdict").classList.toggle("imap-over", stops);
    this.get("to-findings").hidden = !findings.length;
  };

  List.prototype.name = function (item, words) {
    item.querySelectorAll("[data-of]").forEach(function (of) {
      write(of, " " + words);
    });
  };

  // The places in the map of the points that a line of the list stands for.
  List.prototype.members = function (line) {
    var at = line.dataset.places.split(" ").map(Number);
    var group = this.groups[at[0]];
    return at.length === 1 ? group.all : Array.from(group.places.values())[at[1]];
  };

  List.prototype.panel = function (map, chosen) {
    var point = map.points[chosen];
    this.get("chosen").hidden = !point;
    if (!point) return;
    this.get("chosen-count").textContent = numbers.filled(this.say.sayOf, {
      n: chosen + 1,
      all: map.points.length,
    });
    this.get("chosen-what").textContent = [
      this.tools.figures.nameOf(point),
      this.elsewhere(point),
      this.how(point),
    ]
      .filter(Boolean)
      .join(" – ");
  };

  List.prototype.totals = function (map) {
    var tools = this.tools;
    var say = this.say;
    var prepared = numbers.read(tools.knows.prepared);
    var total = Math.max(
      map.total || 0,
      map.points.reduce(function (sum, one) {
        return sum + (one.volume || 0);
      }, 0)
    );
    var over = total > prepared;
    this.get("count").textContent = this.count(map.points.length);
    this.get("sum").textContent = numbers.filled(say.sayTotal, {
      total: numbers.shown(total),
      prepared: numbers.shown(prepared),
    });
    var left = this.get("left");
    left.classList.toggle("imap-over", over);
    left.textContent = over
      ? numbers.filled(say.sayOver, { over: numbers.shown(total - prepared) })
      : numbers.filled(say.sayLeft, { left: numbers.shown(prepared - total) }) +
        ", " +
        numbers.filled(say.sayDead, {
          dead: numbers.shown(numbers.read(tools.knows.dead[map.tubing ? 1 : 0])),
        });
    var meter = this.get("meter");
    meter.style.transform = "scaleX(" + (prepared ? Math.min(1, total / prepared) : 0) + ")";
    meter.parentElement.classList.toggle("imap-meter-over", over);
    this.doses(map, total);
  };

  List.prototype.doses = function (map, total) {
    var tools = this.tools;
    var products = tools.knows.products;
    var volumes = map.points
      .filter(function (one) {
        return one.volume !== null;
      })
      .map(function (one) {
        return one.volume;
      });
    var least = volumes.length ? Math.min.apply(null, volumes) : 0;
    var most = volumes.length ? Math.max.apply(null, volumes) : 0;
    var body = this.get("doses").tBodies[0];
    this.get("doses").hidden = !products.length;
    function dose(product, volume) {
      var amount = Number(product.perMl) * 1000 * volume * MICRO;
      return amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 3 });
    }
    while (body.rows.length < products.length) {
      var row = body.insertRow();
      row.insertCell();
      row.insertCell();
      row.insertCell();
    }
    products.forEach(function (product, place) {
      var cells = body.rows[place].cells;
      var each = dose(product, least);
      if (most !== least) each += " – " + dose(product, most);
      cells[0].textContent = product.label;
      cells[1].textContent = volumes.length ? each + "\u00a0" + product.unit : "–";
      cells[2].textContent = dose(product, total) + "\u00a0" + product.unit;
    });
  };

  window.DolentiInjectionsList = List;
})();
