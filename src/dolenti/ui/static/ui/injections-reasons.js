// Why somebody goes past a rule of the injection map: asked where the rule speaks, before anything is
// sent. What was typed stays, also where the rule is silent meanwhile; then it is not sent.
(function () {
  "use strict";

  var numbers = window.DolentiNumbers;

  function Reasons(root) {
    this.place = root.querySelector("[data-reasons]");
    this.template = root.querySelector("[data-reason]");
    this.say = root.dataset.sayReason;
    this.mine = Object.create(null);
  }

  // A field for each rule that asks for a reason, unless the page has one for it already.
  Reasons.prototype.show = function (findings) {
    var form = this.place.closest("form");
    var asked = Object.create(null);
    findings.forEach(function (finding) {
      if (finding.severity === "override") asked[finding.rule] = finding.because;
    });
    Object.keys(asked).forEach(function (rule) {
      var name = "reason-" + rule;
      var there = form && form.elements.namedItem(name);
      if (!this.mine[rule] && !there) this.mine[rule] = this.made(rule, name);
      if (!this.mine[rule]) return;
      var says = numbers.filled(this.say, { says: asked[rule] });
      this.mine[rule].querySelector("label").textContent = says;
    }, this);
    Object.keys(this.mine).forEach(function (rule) {
      this.mine[rule].hidden = !(rule in asked);
      this.mine[rule].querySelector("input").disabled = !(rule in asked);
    }, this);
  };

  Reasons.prototype.made = function (rule, name) {
    var field = this.template.content.firstElementChild.cloneNode(true);
    var input = field.querySelector("input");
    input.id = "map-" + name;
    input.name = name;
    field.querySelector("label").htmlFor = input.id;
    this.place.appendChild(field);
    return field;
  };

  window.DolentiReasons = Reasons;
})();
