/* The form of the phone, one question at a time. A tap chooses and goes on; keys do not, so that the
   arrows can move among the answers. The last tap of a scale never sends: the page of review does. No
   answer goes in silence: “none of these” is refused beside a sign, a sign that was told more about is
   taken back by a second tap, a question is passed over by a button of its own.
   Without a network the answers wait here, and what an alarm says is said at once. */
import { holds, judge } from "../ui/alarms.js";
import {
  TWO_HOURS, WAITS, callFirst, endWhenLeft, isNetwork, isStep, isTap, pause, post, sayLines, sayState,
} from "./shared.js";

const form = document.getElementById("answers");
const data = JSON.parse(document.getElementById("diary").textContent);
const own = form.dataset.own === "1";
const key = form.elements.key.value;
const store = `answers-${key}`;
const review = document.getElementById("review");
const next = document.getElementById("next");
const back = document.getElementById("back");
const skip = document.getElementById("skip");
const step = document.getElementById("step");
const notSent = document.getElementById("not-sent");
const now = document.getElementById("now");
const all = [...form.querySelectorAll("fieldset.question")];
const MESSAGE = "message";
const NONE = "none";
/* So long after a question came, in milliseconds, a press on « Continuer » was meant for the one before. */
const SETTLES = 600;
const seen = new Set();
let at = 0;
let mending = false; /* a question was opened from the review, which comes back after it */
let asking = ""; /* the sign that a second tap takes back */
let sending = false;
let shouted = ""; /* the emergencies that are said already */

const name = (field) => field.dataset.question;
const inputs = (field) => [...field.querySelectorAll("input, textarea")];
const isDetail = (field) => "detail" in field.dataset;
const about = (field) => data.questions[name(field)];
const isChoice = (input) => input.type === "radio" || input.type === "checkbox";

function values(field) {
  return inputs(field)
    .filter((input) => (isChoice(input) ? input.checked : input.value.trim()))
    .map((input) => input.value.trim());
}

function facts(upTo = all) {
  const found = Object.assign(Object.create(null), data.facts);
  for (const field of upTo) {
    const said = values(field);
    const { fact, type, number, options } = about(field);
    if (!said.length || type === "text") continue;
    if (type === "signs" || type === "place") {
      found[fact] = Object.fromEntries(options.map((one) => [one, said.includes(one)]));
    } else if (number) {
      const typed = Number(said[0].replace(",", "."));
      if (!Number.isNaN(typed)) found[fact] = typed;
    } else if (said[0] !== "unknown") found[fact] = said[0];
  }
  const pain = found["pain-24h"] ?? found["pain-now"];
  if (pain !== undefined && found["baseline-nrs"] !== undefined) {
    found["pain-above-baseline"] = pain - found["baseline-nrs"];
  }
  return found;
}

function isOpen(field, known) {
  if (name(field) === MESSAGE) return Boolean(known.signs && known.signs.other);
  return holds(about(field).show, known) === true;
}

/* What was answered of nothing that is still ticked. */
function adrift() {
  const known = facts();
  return all.filter((field) => isDetail(field) && values(field).length && !isOpen(field, known));
}

function asked() {
  const found = all.filter((field) => !isDetail(field));
  for (const field of all.filter(isDetail)) {
    // A detail may open another, which stands after it.
    if (isOpen(field, facts(found)) || values(field).length) found.push(field);
  }
  return found;
}

/* Ask beside the answers; an empty text takes the question away. */
function ask(field, text) {
  let place = field.querySelector(".asks");
  if (!place && text) {
    place = document.createElement("p");
    place.className = "error asks";
    place.setAttribute("role", "alert");
    field.append(place);
  }
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  if (text) place.scrollIntoView({ block: "nearest" });
}

const filled = (text, words) => text.replace(/%\((\w+)\)s/g, (_, one) => words[one]);

/* A question may be passed over; what was typed is first taken out by hand. */
/* What somebody may have is said or denied, and not passed over; but in a form that may be left. */
const isInsisted = (field) => about(field).type === "signs" && form.dataset.left !== "1";

function offerSkip() {
  const here = asked()[at];
  const typed = here && !inputs(here).some(isChoice) && values(here).length > 0;
  skip.hidden = !here || isInsisted(here) || typed;
}

function show(focus = true) {
  const steps = asked();
  at = Math.min(at, steps.length);
  const here = steps[at];
  for (const field of all) field.hidden = field !== here;
  for (const field of all) ask(field, "");
  asking = "";
  if (here) seen.add(name(here));
  step.hidden = !here || steps.length < 2;
  step.textContent = filled(data.step, { n: at + 1, of: steps.length });
  review.hidden = Boolean(here);
  next.textContent = here ? next.dataset.next : next.dataset.send;
  back.hidden = at === 0;
  offerSkip();
  if (!here) fillReview(steps);
  if (here) form.querySelector(".steps").before(now);
  else review.before(now);
  shout();
  const title = here ? here.querySelector("legend") : review.querySelector("h2");
  if (focus) pause(next, SETTLES);
  if (focus) title.focus({ preventScroll: true });
  if (focus) window.scrollTo(0, 0);
}

function said(field) {
  return inputs(field)
    .filter((input) => (isChoice(input) ? input.checked : input.value.trim()))
    .map((input) => {
      if (!isChoice(input)) return input.value.trim();
      return about(field).type === "nrs"
        ? `${input.value}/10`
        : input.nextElementSibling.textContent.trim();
    })
    .join(", ");
}

function fillReview(steps) {
  const list = review.querySelector("dl");
  list.replaceChildren(
    ...steps.flatMap((field, number) => {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      const answer = document.createElement("span");
      const change = document.createElement("button");
      term.textContent = about(field).short;
      answer.textContent = said(field) || data.unanswered;
      answer.className = said(field) ? "" : "unanswered";
      Object.assign(change, { type: "button", className: "quiet", textContent: data.change });
      change.setAttribute("aria-label", `${data.change} – ${about(field).short}`);
      change.addEventListener("click", () => {
        [at, mending] = [number, true];
        show();
      });
      told.append(answer, change);
      return [term, told];
    }),
  );
}

/* The next question; after one that was opened from the review, what it asks anew, and the review. */
function forward() {
  const steps = asked();
  const fresh = steps.findIndex((field) => !seen.has(name(field)));
  if (mending) at = fresh < 0 ? steps.length : fresh;
  else at += 1;
  if (at >= steps.length) mending = false;
  keep();
  show();
}

/* « Continuer »: of a question without an answer it says so, and passes over nothing. */
function goOn() {
  const here = asked()[at];
  if (values(here).length) forward();
  else if (!isInsisted(here)) ask(here, data.answerOrSkip);
  else ask(here, filled(data.tick, { none: words(inputs(here).find((one) => one.value === NONE)) }));
}

function keep() {
  if (!own) return;
  const kept = { at: Date.now(), step: at, said: Object.create(null) };
  for (const field of all) kept.said[name(field)] = values(field);
  try {
    sessionStorage.setItem(store, JSON.stringify(kept));
  } catch {
    /* a browser that keeps nothing: the page itself still holds it */
  }
}

function forget() {
  try {
    sessionStorage.removeItem(store);
  } catch {
    /* nothing was kept */
  }
}

function restore() {
  if (!own) return;
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(store) || "null");
  } catch {
    kept = null;
  }
  if (!kept || Date.now() - kept.at > TWO_HOURS) return forget();
  for (const field of all) {
    for (const input of inputs(field)) {
      const before = kept.said[name(field)] || [];
      if (isChoice(input)) input.checked = before.includes(input.value);
      else [input.value] = [before[0] || ""];
    }
  }
  at = kept.step;
  for (const field of asked().slice(0, at)) seen.add(name(field));
}

function isAlarm() {
  return Boolean(judge(data.rules, facts(asked())).urgency);
}

/* The alarms of one urgency, of those that were raised. */
function raised(urgency, alarms) {
  const urgent = data.rules.alarms.filter((one) => one.urgency === urgency);
  return urgent.map((one) => one.id).filter((one) => alarms.includes(one));
}

/* An emergency is said at the tick, and nothing waits for it. One that rests on a detail which is asked
   next is not one yet. */
function shout() {
  const { alarms, supposed } = judge(data.rules, facts(asked()));
  const definite = alarms.filter((one) => !supposed.includes(one));
  const emergencies = raised("emergency", definite);
  const told = emergencies.join();
  const isNew = told && told !== shouted;
  if (isNew) {
    const says = emergencies.map((one) => data.tells[one]);
    sayLines(now.querySelector(".lines"), [data.urgencies.emergency, ...says], true);
  }
  shouted = told;
  now.hidden = !told || !notSent.hidden;
  if (isNew) now.scrollIntoView({ block: "nearest" });
}

function tellAtOnce(why) {
  const outcome = judge(data.rules, facts(asked()));
  const lines = [why];
  if (outcome.urgency) {
    const tells = raised(outcome.urgency, outcome.alarms).map((one) => data.tells[one]);
    lines.unshift(data.urgencies[outcome.urgency], ...tells);
  }
  sayLines(notSent.querySelector(".lines"), lines);
  callFirst(notSent, outcome.urgency === "emergency");
  notSent.hidden = false;
  now.hidden = true;
  notSent.scrollIntoView();
}

async function send(attempt = 0) {
  if (sending) return;
  sending = true;
  const body = new URLSearchParams();
  for (const hidden of form.querySelectorAll("input[type=hidden]")) {
    if (hidden.name !== "shown") body.append(hidden.name, hidden.value);
  }
  for (const field of asked()) {
    body.append("shown", name(field));
    for (const value of values(field)) body.append(name(field), value);
  }
  body.append("confirmed", "1");
  sayState(data.sending);
  if (notSent.hidden && isAlarm()) tellAtOnce(data.sending);
  try {
    arrived(await post(form.action, body));
  } catch (error) {
    sayState("");
    tellAtOnce(isNetwork(error) ? data.notSent : data.down);
    const wait = WAITS[Math.min(attempt, WAITS.length - 1)];
    window.setTimeout(() => send(attempt + 1), wait);
  } finally {
    sending = false;
  }
}

/* What became of the answers. Whatever did not take them, an alarm is said all the same: nobody waits
   for a birth date to learn that they should call. */
function arrived(answer) {
  sayState("");
  if (answer.redirected && answer.url.endsWith("/done/")) {
    forget();
    window.location.replace(answer.url);
    return;
  }
  if (answer.redirected && !isStep(answer.url)) {
    tellAtOnce(data.over);
    document.getElementById("again").hidden = false;
    return;
  }
  if (![409, 422].includes(answer.status)) throw new Error(`not received: ${answer.status}`);
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  if (answer.status === 409) {
    tellAtOnce(page.querySelector("main [role=alert]").textContent);
    next.hidden = true;
    return;
  }
  window.history.replaceState(null, "", answer.url);
  document.body.replaceChildren(...page.body.childNodes);
  document.querySelector("main [autofocus]")?.focus();
}

form.addEventListener("change", (event) => {
  const input = event.target;
  const field = input.closest("fieldset");
  if (!field) return;
  if (input.type === "checkbox" && input.checked && input.value !== NONE) {
    for (const one of inputs(field)) if (one.value === NONE) one.checked = false;
  }
  ask(field, "");
  asking = "";
  if (field === asked()[at]) next.disabled = false; /* what was tapped may have gone on already */
  offerSkip();
  shout();
  keep();
});

const words = (input) => input.nextElementSibling.textContent.trim();

/* The details whose answers stand on this tick alone. */
function lostBy(input) {
  const without = adrift();
  input.checked = true;
  const before = adrift();
  input.checked = false;
  return without.filter((field) => !before.includes(field));
}

/* Whether a tick may not be as it was tapped: the page then asks, and nothing changes. */
function isRefused(input) {
  const field = input.closest("fieldset");
  const others = inputs(field).filter((one) => one !== input && one.checked);
  if (input.value === NONE && input.checked && others.length) {
    ask(field, filled(data.both, { sign: others.map(words).join(", "), none: words(input) }));
    return true;
  }
  const lost = input.checked ? [] : lostBy(input);
  if (lost.length && asking !== input.value) {
    asking = input.value;
    const told = lost.map((one) => `${about(one).short}${data.colon}${said(one)}`).join(", ");
    ask(field, filled(data.takesBack, { told, sign: words(input) }));
    return true;
  }
  for (const one of lost) clear(one);
  return false;
}

function clear(field) {
  for (const input of inputs(field)) {
    if (isChoice(input)) input.checked = false;
    else input.value = "";
  }
}

form.addEventListener("click", (event) => {
  const input = event.target;
  if (!data.questions[input.name]) return;
  if (input.type === "checkbox" && isRefused(input)) {
    event.preventDefault();
    return;
  }
  const last = input.type === "radio" || (input.value === NONE && input.checked);
  if (!isTap(event) || !last) return;
  forward();
  pause(next);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (at < asked().length) goOn();
  else send();
});
back.addEventListener("click", () => {
  at -= 1;
  mending = false;
  show();
});
skip.addEventListener("click", () => {
  clear(asked()[at]);
  forward();
});
window.addEventListener("online", () => !notSent.hidden && send());
if (!own) endWhenLeft();
restore();
if (!form.querySelector(".note.stop[role=alert]:not([hidden])")) show(false);
