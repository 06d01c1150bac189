// How the next points of the injection map are made: technique, depth, volume, spacing, needle, and by
// what device.
(function () {
  "use strict";

  var numbers = window.DolentiNumbers;

  // `wrong(field)` is told of a field that holds no number.
  function Settings(root, stage, knows, wrong) {
    var self = this;
    this.root = root;
    this.stage = stage;
    this.mode = "add";
    this.get = function (name) {
      return root.querySelector("[data-" + name + "]");
    };
    this.say = root.dataset;
    this.knows = knows;
    this.wrong = wrong;
    this.techniques = Object.create(null);
    knows.techniques.forEach(function (one) {
      self.techniques[one.id] = one;
    });
  }

  Settings.prototype.technique = function () {
    return this.techniques[this.get("technique").value];
  };

  // What a press on the figure does: “place” or “paint”, “move”, “erase”.
  Settings.prototype.what = function () {
    if (this.mode !== "add") return this.mode;
    return this.technique().painted ? "paint" : "place";
  };

  // Turn to adding, moving or erasing; asked again after the technique changed.
  Settings.prototype.turn = function (mode) {
    var painted = this.technique().painted;
    var classes = this.stage.classList;
    this.mode = mode;
    this.root.querySelectorAll("[data-mode]").forEach(function (button) {
      button.setAttribute("aria-pressed", button.dataset.mode === mode ? "true" : "false");
    });
    var what = this.what();
    this.get("place-word").hidden = painted;
    this.get("paint-word").hidden = !painted;
    this.get("with-brush").hidden = what !== "paint" && what !== "erase";
    classes.toggle("imap-adding", what === "place");
    classes.toggle("imap-painting", what === "paint" || what === "erase");
    classes.toggle("imap-dragging", what !== "place");
  };

  Settings.prototype.hint = function (name, span, unit) {
    this.get(name + "-hint").textContent = numbers.filled(this.say.sayRange, {
      low: numbers.shown(numbers.read(span[0])),
      high: numbers.shown(numbers.read(span[1])),
      unit: unit,
    });
  };

  // A technique begins with what is usual of it.
  Settings.prototype.choose = function (id) {
    this.get("technique").value = id;
    var one = this.technique();
    var volume = one.volume;
    this.get("depth").value = numbers.shown(numbers.read(one.depth0));
    this.hint("depth", one.depth, "mm");
    this.get("with-volume").hidden = !volume;
    this.get("with-total").hidden = Boolean(volume);
    if (volume) {
      this.get("volume").value = numbers.shown(numbers.read(one.volume0));
      this.hint("volume", volume, "mL");
    }
    this.get("with-spacing").hidden = !one.painted;
    this.get("spacing").value = numbers.shown(numbers.read(one.spacing0));
    this.hint("spacing", one.spacing, "mm");
    var select = this.get("needle");
    var before = select.value;
    while (select.options.length > 1) select.remove(1);
    this.knows.needles.forEach(function (needle) {
      if (needle.techniques.indexOf(id) >= 0) select.add(new Option(needle.label, needle.id));
    });
    select.value = before;
    if (!select.value) select.selectedIndex = select.options.length > 1 ? 1 : 0;
  };

  // How a new point is injected; null where a number is missing.
  Settings.prototype.read = function () {
    var one = this.technique();
    var depth = numbers.read(this.get("depth").value);
    var volume = one.volume ? numbers.read(this.get("volume").value) : null;
    if (depth === null || (one.volume && volume === null)) {
      this.wrong(this.get(depth === null ? "depth" : "volume"));
      return null;
    }
    return {
      technique: one.id,
      depth: depth,
      volume: volume,
      needle: this.get("needle").value || null,
    };
  };

  Settings.prototype.spacing = function () {
    var found = numbers.read(this.get("spacing").value);
    if (!found) this.wrong(this.get("spacing"));
    return found || null;
  };

  // How wide the brush is, in cells of this size.
  Settings.prototype.brush = function (mm) {
    return Number(this.get("brush").value) / mm;
  };

  Settings.prototype.devices = function (map) {
    var select = this.get("device");
    select.textContent = "";
    this.knows.devices.forEach(function (one) {
      if (!one.forbidden || one.id === map.device) select.add(new Option(one.label, one.id));
    });
    select.value = map.device;
    this.device(map);
  };

  Settings.prototype.device = function (map) {
    var one = this.knows.devices.filter(function (known) {
      return known.id === map.device;
    })[0];
    var fields = this.get("device-fields");
    this.get("device-settings").hidden = !one || !one.fields.length;
    this.get("device-hint").textContent = one ? one.hint : "";
    this.get("tubing").checked = map.tubing;
    this.get("total").value = map.total === null ? "" : numbers.shown(map.total);
    fields.textContent = "";
    (one ? one.fields : []).forEach(function (asked) {
      var label = document.createElement("label");
      var input = document.createElement("input");
      label.className = "field";
      label.textContent = asked.label;
      input.type = "text";
      input.maxLength = 100;
      input.autocomplete = "off";
      input.value = map.settings[asked.id] || "";
      input.dataset.setting = asked.id;
      label.appendChild(input);
      fields.appendChild(label);
    });
  };

  window.DolentiInjectionSettings = Settings;
})();
