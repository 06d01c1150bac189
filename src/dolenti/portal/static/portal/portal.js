/* The form of the phone, one question at a time. A tap chooses and goes on; keys do not, so that the
   arrows can move among the answers. The last tap of a scale never sends: the page of review does. No
   answer goes in silence: “none of these” is refused beside a sign, a sign that was told more about is
   taken back by a second tap, a question is passed over by a button of its own.
   Without a network the answers wait here, and what an alarm says is said at once. On the patient's own
   device what was begun is found again, and nothing leaves before it was looked over. */
import { dangers, holds, judge } from "../ui/alarms.js";
import { draftOf } from "./drafts.js";
import {
  WAITS, callFirst, endWhenLeft, isNetwork, isStep, isTap, pause, post, sayHead, sayLines, sayState,
} from "./shared.js";

const form = document.getElementById("answers");
const data = JSON.parse(document.getElementById("diary").textContent);
const own = form.dataset.own === "1";
const draft = data.draft ? draftOf(data.draft) : null;
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
let shouted = ""; /* the alarms that are said already */
let pressed = false; /* « Envoyer » was pressed, and nothing changed since */

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
  const written = {};
  for (const field of upTo) {
    const said = values(field);
    const { fact, type, number, options } = about(field);
    if (!said.length) continue;
    if (type === "text") Object.assign(written, dangers(data.dangers, said[0]));
    else if (type === "signs" || type === "place") {
      found[fact] = Object.fromEntries(options.map((one) => [one, said.includes(one)]));
    } else if (number) {
      const typed = Number(said[0].replace(",", "."));
      if (!Number.isNaN(typed)) found[fact] = typed;
    } else if (said[0] !== "unknown") found[fact] = said[0];
  }
  if (Object.keys(written).length) found.words = written;
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
    .join(" · ");
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

/* « Continuer »: of a question without an answer it says so, and passes over none but what may be left
   empty. */
function goOn() {
  const here = asked()[at];
  if (values(here).length || about(here).optional) forward();
  else if (!isInsisted(here)) ask(here, data.answerOrSkip);
  else ask(here, filled(data.tick, { none: words(inputs(here).find((one) => one.value === NONE)) }));
}

function keep() {
  const said = Object.fromEntries(all.map((field) => [name(field), values(field)]));
  draft?.keep(form.elements.key.value, pressed, { said, step: at });
}

/* What was begun before: where it was left, or looked over where it was to be sent. It goes by the key
   it had, so that what arrived all the same is not there twice. */
async function restore() {
  const kept = await draft?.restore();
  if (!kept) return;
  form.elements.key.value = kept.key;
  pressed = kept.pressed;
  for (const field of all) {
    const before = kept.said.said[name(field)] || [];
    for (const input of inputs(field)) {
      if (isChoice(input)) input.checked = before.includes(input.value);
      else input.value = before[0] || "";
    }
  }
  at = pressed ? asked().length : kept.said.step;
  for (const field of asked().slice(0, at)) seen.add(name(field));
  const begun = document.getElementById("begun");
  const when = new Date(kept.at).toLocaleString(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit",
  });
  begun.textContent = filled(pressed ? data.notGone : data.begun, { when });
  begun.hidden = false;
}

function isAlarm() {
  return Boolean(judge(data.rules, facts(asked())).urgency);
}

/* The alarms of one urgency, of those that were raised. */
function raised(urgency, alarms) {
  const urgent = data.rules.alarms.filter((one) => one.urgency === urgency);
  return urgent.map((one) => one.id).filter((one) => alarms.includes(one));
}

/* What several alarms say alike is said once, as the server does. */
function eachOnce(tells) {
  const seen = new Set();
  const isNew = (one) => !seen.has(one) && seen.add(one);
  return tells.map((tell) => tell.replaceAll(". ", ".\n").split("\n").filter(isNew).join(" ")).filter(Boolean);
}

/* Say alarms of one urgency in a box: what to do and the number first, then the rest and why. */
function sayAlarms(box, urgency, named, ...why) {
  const numbers = named.map((one) => data.calls[one] || "");
  const listens = numbers.find(Boolean) || "";
  const fifteen = numbers.length && numbers.every(Boolean) ? listens : "15";
  const first = urgency === "emergency" ? fifteen : urgency === "same-day" && data.closed ? "15" : "";
  const says = first && first === listens ? filled(data.callNow, { number: first }) : data.says[urgency];
  const tells = eachOnce(named.map((one) => data.tells[one]).filter((one) => one !== says));
  sayHead(box, [data.urgencies[urgency], says].filter(Boolean));
  sayLines(box.querySelector(".lines"), [...tells, ...why]);
  callFirst(box, first, listens, data.call);
}

/* An emergency is said at the tick, and nothing waits for it. One that rests on a detail which is asked
   next is not one yet. What is to be done today is said where the answers are looked over. */
function shout() {
  const { urgency, alarms, supposed } = judge(data.rules, facts(asked()));
  const definite = alarms.filter((one) => !supposed.includes(one));
  const isReview = !asked()[at] && Boolean(data.says[urgency]);
  const level = isReview ? urgency : "emergency";
  const named = raised(level, isReview ? alarms : definite);
  const told = named.join();
  const isNew = told && told !== shouted;
  if (isNew) {
    sayAlarms(now, level, named);
    now.className = `alarm ${level}`;
  }
  shouted = told;
  now.hidden = !told || !notSent.hidden;
  if (isNew) now.scrollIntoView({ block: "nearest" });
}

function tellAtOnce(why) {
  const { urgency, alarms } = judge(data.rules, facts(asked()));
  if (urgency) sayAlarms(notSent, urgency, raised(urgency, alarms), why);
  else {
    sayHead(notSent, [why]);
    sayLines(notSent.querySelector(".lines"), []);
    callFirst(notSent, "", "", data.call);
  }
  notSent.hidden = false;
  now.hidden = true;
  notSent.scrollIntoView();
}

async function send(attempt = 0) {
  if (sending) return;
  sending = true;
  pressed = true;
  keep();
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
    draft?.forget();
    draw(answer); /* it came with the answer: were the network lost now, what to do is there */
    return;
  }
  if (answer.redirected && !isStep(answer.url)) {
    tellAtOnce(data.over);
    document.getElementById("again").hidden = false;
    return;
  }
  if (![409, 422].includes(answer.status)) throw new Error(`not received: ${answer.status}`);
  if (answer.status === 409) {
    const page = new DOMParser().parseFromString(answer.text, "text/html");
    tellAtOnce(page.querySelector("main [role=alert]").textContent);
    next.hidden = true;
    return;
  }
  draw(answer);
}

/* A page that came, in the place of this one. */
function draw(answer) {
  const page = new DOMParser().parseFromString(answer.text, "text/html");
  window.history.replaceState(null, "", answer.url);
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  const title = document.querySelector("main [autofocus]") || document.querySelector("main h1");
  title?.setAttribute("tabindex", title.getAttribute("tabindex") ?? "-1");
  title?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
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
  pressed = false;
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
window.addEventListener("online", () => form.isConnected && !notSent.hidden && send());
if (!own) endWhenLeft();
if (!form.querySelector(".note.stop[role=alert]:not([hidden])")) {
  if (data.again) {
    for (const field of all) seen.add(name(field));
    at = asked().length;
  }
  restore().then(() => show(false));
}
