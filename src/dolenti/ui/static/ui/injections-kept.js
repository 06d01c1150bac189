// The injection map as its hidden field holds it, and what the server is asked while one draws.
(function () {
  "use strict";

  var numbers = window.DolentiNumbers;
  var QUIET = 350; // milliseconds after the last change before the rules are asked

  function number(value) {
    return value === null || value === undefined ? null : numbers.read(String(value));
  }

  function text(value) {
    return value === null ? null : numbers.plain(value);
  }

  window.DolentiKept = {
    // The map of a text, as it is reckoned with here; null for one that cannot be drawn.
    read: function (kept, knows, figures) {
      var found;
      try {
        found = kept ? JSON.parse(kept) : {};
      } catch (error) {
        return null;
      }
      if (!found || (found.edition && found.edition !== knows.edition)) return null;
      var points = (Array.isArray(found.points) ? found.points : []).map(function (one) {
        return {
          figure: one.figure,
          x: one.x,
          y: one.y,
          technique: one.technique,
          depth: number(one.depth_mm),
          volume: number(one.volume_ml),
          needle: one.needle || null,
        };
      });
      var drawn = points.every(function (one) {
        var known = knows.techniques.some(function (technique) {
          return technique.id === one.technique;
        });
        return known && figures.byId[one.figure] && one.depth !== null && one.x >= 0 && one.y >= 0;
      });
      if (!drawn) return null;
      return {
        device: found.device || "by-hand",
        settings: Object.assign(Object.create(null), found.settings),
        tubing: Boolean(found.tubing),
        total: number(found.total_ml),
        points: points,
      };
    },

    write: function (map, edition) {
      return JSON.stringify({
        edition: edition,
        points: map.points.map(function (one) {
          return {
            figure: one.figure,
            x: one.x,
            y: one.y,
            technique: one.technique,
            depth_mm: text(one.depth),
            volume_ml: text(one.volume),
            needle: one.needle,
          };
        }),
        device: map.device,
        settings: map.settings,
        tubing: map.tubing,
        total_ml: text(map.total),
      });
    },
  };

  // Asks the server; `root` says that it is busy meanwhile.
  function Asking(root) {
    this.root = root;
    this.timer = 0;
    this.going = null;
  }

  Asking.prototype.send = function (address, body, signal) {
    var root = this.root;
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    root.setAttribute("aria-busy", "true");
    return window
      .fetch(address, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.value : "" },
        body: JSON.stringify(body),
        signal: signal,
      })
      .then(function (answer) {
        return answer.json();
      })
      .finally(function () {
        root.removeAttribute("aria-busy");
      });
  };

  // A little later, and only the last time: `body()` is what is sent then. An answer about what
  // stood before is no longer waited for.
  Asking.prototype.soon = function (address, body, told, failed) {
    var self = this;
    window.clearTimeout(this.timer);
    if (this.going) this.going.abort();
    this.timer = window.setTimeout(function () {
      self.going = new AbortController();
      self
        .send(address, body(), self.going.signal)
        .then(told)
        .catch(function (error) {
          if (error.name !== "AbortError") failed();
        });
    }, QUIET);
  };

  window.DolentiAsking = Asking;
})();
