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
    this.typed = Object.create(null); // the fields that somebody filled
    this.kept = Object.create(null); // what they typed, by technique
    this.settings = Object.create(null); // what was noted, by device
    this.current = "";
    ["depth", "volume", "spacing", "needle"].forEach(function (name) {
      self.get(name).addEventListener("input", function () {
        self.typed[name] = true;
        if (name === "depth") self.offer();
      });
    });
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
    this.away("with-brush", what !== "paint" && what !== "erase");
    classes.toggle("imap-adding", what === "place");
    classes.toggle("imap-painting", what === "paint" || what === "erase");
    classes.toggle("imap-dragging", what !== "place");
  };

  // What is not asked keeps its room: nothing below it moves.
  Settings.prototype.away = function (name, isAway) {
    this.get(name).classList.toggle("imap-away", isAway);
  };

  Settings.prototype.hint = function (name, span, unit) {
    this.get(name + "-hint").textContent = numbers.filled(this.say.sayRange, {
      low: numbers.shown(numbers.read(span[0])),
      high: numbers.shown(numbers.read(span[1])),
      unit: unit,
    });
  };

  // A field as it is shown: what somebody typed there for this technique, or for the one before
  // where this one takes it; else what is usual. Gives the label of what was typed and is not kept.
  Settings.prototype.fill = function (name, span, usual, before) {
    var field = this.get(name);
    var typed = this.typed[name];
    var mine = before && before[name];
    var value = numbers.read(field.value);
    var takes =
      value !== null && value >= numbers.read(span[0]) && value <= numbers.read(span[1]);
    this.hint(name, span, name === "volume" ? "mL" : "mm");
    if (mine !== undefined) field.value = mine;
    else if (!typed || !takes) field.value = numbers.shown(numbers.read(usual));
    this.typed[name] = mine !== undefined || Boolean(typed && takes);
    return typed && !this.typed[name] ? field.labels[0].textContent.trim() : "";
  };

  // The needles of a technique; the one that was chosen stays, of whatever technique it is.
  Settings.prototype.needles = function (id, before) {
    var select = this.get("needle");
    var chosen = before && before.needle !== undefined ? before.needle : select.value;
    var keeps = this.typed.needle || (before && before.needle !== undefined);
    while (select.options.length > 1) select.remove(1);
    this.knows.needles.forEach(function (needle) {
      var suits = needle.techniques.indexOf(id) >= 0;
      if (suits || (keeps && needle.id === chosen)) select.add(new Option(needle.label, needle.id));
    });
    select.value = chosen;
    if (select.value === "" && !keeps && select.options.length > 1) select.selectedIndex = 1;
  };

  // Turns to a technique; what was typed for it is there again. Gives the labels of what was typed
  // and that this technique does not take.
  Settings.prototype.choose = function (id) {
    this.remember();
    this.current = id;
    this.get("technique").value = id;
    var one = this.technique();
    var before = this.kept[id];
    var lost = [this.fill("depth", one.depth, one.depth0, before)];
    this.away("with-volume", !one.volume);
    this.away("with-total", Boolean(one.volume));
    if (one.volume) lost.push(this.fill("volume", one.volume, one.volume0, before));
    this.away("with-spacing", !one.painted);
    lost.push(this.fill("spacing", one.spacing, one.spacing0, before));
    this.needles(id, before);
    this.offer();
    return lost.filter(Boolean);
  };

  // What somebody typed for the technique that stands.
  Settings.prototype.remember = function () {
    if (!this.current) return;
    var mine = (this.kept[this.current] = Object.create(null));
    Object.keys(this.typed).forEach(function (name) {
      if (this.typed[name]) mine[name] = this.get(name).value;
    }, this);
  };

  // A place of the list that does not allow this depth is not offered.
  Settings.prototype.offer = function () {
    var depth = numbers.read(this.get("depth").value);
    Array.prototype.forEach.call(this.get("region-list").options, function (option) {
      var most = numbers.read(option.dataset.most);
      option.disabled = most !== null && depth !== null && depth > most;
    });
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
    this.get("total").value = map.total === null ? "" : numbers.shown(map.total);
    this.device(map);
  };

  // Another device: what was noted of each stays with it.
  Settings.prototype.turnTo = function (map, device) {
    this.settings[map.device] = map.settings;
    map.device = device;
    map.settings = this.settings[device] || Object.create(null);
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
