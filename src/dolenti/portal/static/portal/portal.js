/* The form of the phone, one question at a time. A tap chooses and goes on; keys do not, so that the
   arrows can move among the answers. The last tap of a scale never sends: the page of review does.
   Without a network the answers wait here, and what an alarm says is said at once. */
import { holds, judge } from "../ui/alarms.js";
import { TWO_HOURS, WAITS, endWhenLeft, isNetwork, isTap, post, sayLines, sayState } from "./shared.js";

const form = document.getElementById("answers");
const data = JSON.parse(document.getElementById("diary").textContent);
const own = form.dataset.own === "1";
const key = form.elements.key.value;
const store = `answers-${key}`;
const review = document.getElementById("review");
const next = document.getElementById("next");
const back = document.getElementById("back");
const skip = document.getElementById("skip");
const notSent = document.getElementById("not-sent");
const all = [...form.querySelectorAll("fieldset.question")];
const MESSAGE = "message";
let at = 0;
let sending = false;

const name = (field) => field.dataset.question;
const inputs = (field) => [...field.querySelectorAll("input, textarea")];
const isChoice = (input) => input.type === "radio" || input.type === "checkbox";

function values(field) {
  return inputs(field)
    .filter((input) => (isChoice(input) ? input.checked : input.value.trim()))
    .map((input) => input.value.trim());
}

function facts(upTo = all) {
  const found = { ...data.facts };
  for (const field of upTo) {
    const said = values(field);
    const about = data.questions[name(field)];
    if (!said.length || about.type === "text") continue;
    if (about.type === "signs") {
      found[about.fact] = Object.fromEntries(about.options.map((one) => [one, said.includes(one)]));
    } else if (about.number) {
      const number = Number(said[0].replace(",", "."));
      if (!Number.isNaN(number)) found[about.fact] = number;
    } else if (said[0] !== "unknown") found[about.fact] = said[0];
  }
  const pain = found["pain-24h"] ?? found["pain-now"];
  if (pain !== undefined && found["baseline-nrs"] !== undefined) {
    found["pain-above-baseline"] = pain - found["baseline-nrs"];
  }
  return found;
}

function asked() {
  const first = all.filter((field) => !("detail" in field.dataset));
  const known = facts(first);
  const opened = (field) => {
    if (name(field) === MESSAGE) return Boolean(known.signs && known.signs.other);
    return holds(data.questions[name(field)].show, known) === true;
  };
  return [...first, ...all.filter((field) => "detail" in field.dataset && opened(field))];
}

function show(focus = true) {
  const steps = asked();
  at = Math.min(at, steps.length);
  const here = steps[at];
  for (const field of all) field.hidden = field !== here;
  review.hidden = Boolean(here);
  next.textContent = here ? next.dataset.next : next.dataset.send;
  back.hidden = at === 0;
  skip.hidden = !here || data.questions[name(here)].type === "signs" || values(here).length > 0;
  if (!here) fillReview(steps);
  const title = here ? here.querySelector("legend") : review.querySelector("h2");
  if (focus) title.focus({ preventScroll: true });
  if (focus) window.scrollTo(0, 0);
}

function said(field) {
  return inputs(field)
    .filter((input) => (isChoice(input) ? input.checked : input.value.trim()))
    .map((input) => {
      if (!isChoice(input)) return input.value.trim();
      return data.questions[name(field)].type === "nrs"
        ? `${input.value}/10`
        : input.nextElementSibling.textContent.trim();
    })
    .join(", ");
}

function fillReview(steps) {
  const list = review.querySelector("dl");
  list.replaceChildren(
    ...steps.flatMap((field) => {
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = data.questions[name(field)].short;
      told.textContent = said(field) || "–";
      return [term, told];
    }),
  );
}

function forward() {
  const steps = asked();
  const here = steps[at];
  if (here && data.questions[name(here)].type === "signs" && !values(here).length) return;
  at += 1;
  keep();
  show();
}

function keep() {
  if (!own) return;
  const kept = { at: Date.now(), step: at, said: {} };
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
}

function isAlarm() {
  return Boolean(judge(data.rules, facts(asked())).urgency);
}

function tellAtOnce(why) {
  const outcome = judge(data.rules, facts(asked()));
  const lines = [why];
  if (outcome.urgency) {
    const urgent = data.rules.alarms.filter((one) => one.urgency === outcome.urgency);
    const tells = urgent.filter((one) => outcome.alarms.includes(one.id)).map((one) => data.tells[one.id]);
    lines.unshift(data.urgencies[outcome.urgency], ...tells);
  }
  sayLines(notSent.querySelector(".lines"), lines);
  notSent.hidden = false;
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
  if (answer.redirected) {
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
  document.body.replaceChildren(...page.body.childNodes);
}

form.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type === "checkbox" && input.checked) {
    const others = inputs(input.closest("fieldset")).filter((one) => one !== input);
    const clears = others.filter((one) => input.value === "none" || one.value === "none");
    for (const one of clears) one.checked = false;
  }
  keep();
  skip.hidden = true;
});

form.addEventListener("click", (event) => {
  const input = event.target;
  const last = input.type === "radio" || (input.value === "none" && input.checked);
  if (!isTap(event) || !last) return;
  if (data.questions[input.name]) forward();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (at < asked().length) forward();
  else send();
});
back.addEventListener("click", () => {
  at -= 1;
  show();
});
skip.addEventListener("click", forward);
window.addEventListener("online", () => !notSent.hidden && send());
if (!own) endWhenLeft();
restore();
if (!form.querySelector(".note.stop[role=alert]:not([hidden])")) show(false);
