// Volumes and depths of the injection map as whole thousandths, so that sums are exact.
(function () {
  "use strict";

  window.DolentiNumbers = {
    // "0,02" is 20 thousandths; null where there is no number.
    read: function (text) {
      var match = /^\s*(\d{1,4})(?:[.,](\d{1,3}))?\s*$/.exec(text || "");
      if (!match) return null;
      return Number(match[1]) * 1000 + Number(((match[2] || "") + "000").slice(0, 3));
    },

    // As the server reads it: below ten millions no digit is lost.
    plain: function (value) {
      return String(value / 1000);
    },

    // As the page's language writes it.
    shown: function (value) {
      var text = String(value / 1000);
      return document.documentElement.lang === "fr" ? text.replace(".", ",") : text;
    },

    // "{n} points" with what n is.
    filled: function (text, values) {
      return text.replace(/\{(\w+)\}/g, function (whole, name) {
        return name in values ? String(values[name]) : whole;
      });
    },
  };
})();
