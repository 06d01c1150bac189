// The emergency page: doses by the weight that is typed, the hour of each step, a clock. Nothing is
// sent, and nothing is kept: all of it goes with the page.
(function () {
  "use strict";

  var french = document.documentElement.lang.slice(0, 2) === "fr";
  var kg = document.getElementById("kg");
  var years = document.getElementById("years");
  var MILLION = 1000000n;

  // Decimals as they are written, in millionths: no figure is rounded by the machine.
  function exact(value) {
    var parts = String(value).split(".");
    return BigInt(parts[0] + ((parts[1] || "") + "000000").slice(0, 6));
  }

  function written(millionths) {
    var whole = millionths / MILLION;
    var rest = String(millionths % MILLION).padStart(6, "0").replace(/0+$/, "");
    return rest ? whole + (french ? "," : ".") + rest : String(whole);
  }

  function least(a, b) { return a < b ? a : b; }

  function down(value, rule) {
    var step = exact(rule.step);
    var whole = (value / step) * step;
    return rule.most === null ? whole : least(whole, exact(rule.most));
  }

  // The same rules in the same order as the program’s: the first band that fits.
  function fits(band, weight, months) {
    var none = function (value) { return value === null || value === undefined; };
    var weighed = !none(band.per_kg) || !none(band.from_kg) || !none(band.under_kg) || !none(band.over_kg);
    if (weighed && weight === null) return false;
    if (band.without_weight && weight !== null) return false;
    if ((!none(band.from_months) || !none(band.under_months)) && months === null) return false;
    return (none(band.from_kg) || weight >= exact(band.from_kg))
      && (none(band.over_kg) || weight > exact(band.over_kg))
      && (none(band.under_kg) || weight < exact(band.under_kg))
      && (none(band.from_months) || months >= band.from_months)
      && (none(band.under_months) || months < band.under_months);
  }

  function figure(rule, unit, weight, months) {
    var band = rule.bands.find(function (one) { return fits(one, weight, months); });
    if (!band) return "";
    var per = band.per_kg !== null && band.per_kg !== undefined;
    var value = per ? down(exact(band.per_kg) * weight / MILLION, rule) : down(exact(band.fixed), rule);
    var text = written(value);
    if (band.to !== null && band.to !== undefined) text += "–" + written(down(exact(band.to), rule));
    text += "\u00a0" + unit;
    if (rule.mg !== null) text += " (" + written(value * exact(rule.mg) / MILLION) + "\u00a0mg)";
    return text;
  }

  function typed(field, least, most) {
    var text = field.value.trim().replace(",", ".");
    if (!/^\d{1,3}(\.\d{1,2})?$/.test(text)) return null;
    var value = Number(text);
    return value >= least && value <= most ? text : null;
  }

  function reckon() {
    var weight = typed(kg, 0.5, 400);
    var age = typed(years, 0, 120);
    kg.setAttribute("aria-invalid", String(kg.value.trim() !== "" && weight === null));
    years.setAttribute("aria-invalid", String(years.value.trim() !== "" && age === null));
    var months = age === null ? null : Math.floor(Number(age) * 12);
    if (years.dataset.months && years.value === years.dataset.shown) months = Number(years.dataset.months);
    document.querySelectorAll("[data-rule]").forEach(function (one) {
      var text = figure(JSON.parse(one.dataset.rule), one.dataset.unit, weight === null ? null : exact(weight), months);
      one.textContent = text || one.dataset.none;
      one.classList.toggle("is-none", !text);
    });
  }

  // Weight and age of the patient whose page this one was opened from, read and not kept.
  function fromTheSession() {
    try {
      var door = window.opener && window.opener.document.querySelector("[data-emergency]");
      if (!door) return;
      if (door.dataset.kg && !kg.value) kg.value = door.dataset.kg;
      if (door.dataset.months && !years.value) {
        var months = Number(door.dataset.months);
        years.value = String(Math.floor(months / 12));
        years.dataset.months = door.dataset.months;
        years.dataset.shown = years.value;
      }
    } catch (error) {
      // Opened from elsewhere: it is typed.
    }
  }

  function hour(moment) {
    return moment.toLocaleTimeString(french ? "fr-FR" : "en-GB", { hour: "2-digit", minute: "2-digit" });
  }

  document.addEventListener("click", function (event) {
    var done = event.target.closest("[data-done]");
    if (!done) return;
    var now = new Date();
    var out = done.parentElement.querySelector("[data-hours]");
    out.textContent = (out.textContent ? out.textContent + " · " : "") + hour(now);
    var minutes = Number(done.dataset.timer || 0);
    var again = done.parentElement.querySelector("[data-again]");
    if (again && minutes) {
      again.dataset.at = String(now.getTime() + minutes * 60000);
      again.textContent = again.dataset.says + " " + hour(new Date(Number(again.dataset.at)));
      again.classList.remove("is-due");
    }
  });

  setInterval(function () {
    document.querySelectorAll("[data-again][data-at]").forEach(function (one) {
      one.classList.toggle("is-due", Date.now() >= Number(one.dataset.at));
    });
  }, 1000);

  function network() {
    document.getElementById("offline").hidden = navigator.onLine;
  }
  window.addEventListener("online", network);
  window.addEventListener("offline", network);

  kg.addEventListener("input", reckon);
  years.addEventListener("input", reckon);
  fromTheSession();
  reckon();
  network();
})();
