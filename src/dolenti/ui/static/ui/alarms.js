/* What answers call for, worked out on the phone: the same as dolenti.guideline.diary.alarms, so
   that nobody waits for the network to be told to call. It is given the rules as data and the facts,
   and knows no patient, no sentence and no page. True, false, and null for unknown (Kleene).

   judge(rules, facts) -> {urgency, alarms, supposed, expected}
   dangers(patterns, text) -> {danger: true}, as dolenti.guideline.diary.dangers finds them */
"use strict";

const UNKNOWN = "unknown";

function known(value) {
  return value !== undefined && value !== null && value !== UNKNOWN;
}

function member(set, name) {
  return Object.prototype.hasOwnProperty.call(set, name) ? set[name] : null;
}

const OPERATORS = {
  has: (value, operand) => member(value, operand),
  is: (value, operand) => value === operand,
  in: (value, operand) => operand.includes(value),
  over: (value, operand) => value > operand,
  under: (value, operand) => value < operand,
  "at-least": (value, operand) => value >= operand,
  "at-most": (value, operand) => value <= operand,
};

function several(parts, facts, deciding) {
  const truths = parts.map((part) => holds(part, facts));
  if (truths.includes(deciding)) return deciding;
  return truths.includes(null) ? null : !deciding;
}

export function holds(condition, facts) {
  if (condition === "never") return false;
  if (typeof condition === "string") {
    const value = facts[condition];
    return typeof value === "boolean" ? value : null;
  }
  const [key, value] = Object.entries(condition)[0];
  if (key === "all") return several(value, facts, false);
  if (key === "any") return several(value, facts, true);
  if (key === "not") {
    const truth = holds(value, facts);
    return truth === null ? null : !truth;
  }
  const [operator, operand] = Object.entries(value)[0];
  return known(facts[key]) ? OPERATORS[operator](facts[key], operand) : null;
}

function raises(alarm, facts) {
  const truth = holds(alarm.when, facts);
  if (truth !== null) return truth ? "holds" : "";
  const open = Object.entries(alarm.ifUnknown ?? {}).filter(([name]) => !known(facts[name]));
  if (!open.length) return "";
  return holds(alarm.when, { ...facts, ...Object.fromEntries(open) }) ? "supposed" : "";
}

function plain(text) {
  const apart = text.toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae").normalize("NFKD");
  return apart.replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, " ").trim();
}

export function dangers(patterns, text) {
  const looked = plain(text);
  const found = Object.entries(patterns).filter(([, words]) => new RegExp(words).test(looked));
  return Object.fromEntries(found.map(([name]) => [name, true]));
}

export function judge(rules, facts) {
  const raised = rules.alarms
    .map((alarm) => ({ alarm, how: raises(alarm, facts) }))
    .filter((one) => one.how);
  const rank = (one) => rules.urgencies.indexOf(one.alarm.urgency);
  raised.sort((one, other) => rank(one) - rank(other));
  const usual = rules.expected.filter(
    (one) =>
      (!known(facts.therapy) || one.therapies.includes(facts.therapy)) &&
      raises(one, facts),
  );
  return {
    urgency: raised.length ? raised[0].alarm.urgency : null,
    alarms: raised.map((one) => one.alarm.id),
    supposed: raised.filter((one) => one.how === "supposed").map((one) => one.alarm.id),
    expected: raised.length ? [] : usual.map((one) => one.id),
  };
}
