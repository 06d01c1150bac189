/* The history before a visit: each page works without this. With it a tap on an answer goes on (keys do
   not, so that the arrows can move among the answers), an answer that cannot leave is said to be kept
   here, and what to do now is said at once; on the patient's own device a history that is left can be
   taken up again while its link opens. */
import { draftOf } from "./drafts.js";
import {
  WAITS, callFirst, endWhenLeft, isNetwork, isStep, isTap, pause, post, sayHead, sayLines, sayState,
} from "./shared.js";

let sending = false;
let tapped = false; /* the last answer went on by a tap on it */
let here = window.location.search; /* the step that is drawn */

const form = () => document.getElementById("home");
let pending = null; /* what did not leave, to be sent once there is a network */
let draft = null;
let draftName = "";

/* Where this history is kept; nothing on a device that is not the patient's own. */
function drafted() {
  const about = JSON.parse(document.getElementById("draft")?.textContent || "null");
  if (about && about.name !== draftName) [draft, draftName] = [draftOf(about), about.name];
  return about ? draft : null;
}

/* What the form carries, kept on the patient's own device alone. */
function keep() {
  if (!form() || "begins" in form().dataset) return;
  const said = [...form().querySelectorAll("input[name=said]")].map((one) => one.value);
  drafted()?.keep(form().elements.key.value, false, said);
}

async function restore() {
  if (document.getElementById("sent")) return drafted()?.forget();
  if (!form() || !("begins" in form().dataset)) return null;
  const kept = await drafted()?.restore();
  if (!kept || !kept.said.length) return null;
  for (const one of kept.said) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "said", value: one });
    form().append(input);
  }
  document.getElementById("begun").hidden = false;
  return null;
}

const words = () => JSON.parse(document.getElementById("tells")?.textContent || "{}");

const chosen = () => form().querySelector("input[name=value]:checked")?.value;

/* What to do now, if the answer that is chosen calls for something. */
function told() {
  return words().tells?.[chosen()] || [];
}

function tell(why) {
  const place = document.getElementById("not-sent");
  if (!place) return;
  const [label, says, ...rest] = told();
  sayHead(place, label ? [label, says] : [why]);
  sayLines(place.querySelector(".lines"), label ? [...rest, why] : []);
  callFirst(place, words().fifteen?.includes(chosen()) ? "15" : "");
  place.hidden = false;
  place.scrollIntoView();
}

function draw(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  keep();
  window.scrollTo(0, 0);
  const refused = document.querySelector("main [autofocus]"); /* a page that is drawn focuses nothing */
  (refused || document.querySelector("main h1"))?.focus({ preventScroll: !refused });
  const main = document.querySelector("#home button.main");
  if (tapped && main) pause(main);
  tapped = false;
}

async function send(target, body, attempt = 0) {
  if (sending) return;
  sending = true;
  pending = null;
  let again = false;
  sayState(words().sending || "");
  if (document.getElementById("not-sent")?.hidden && told().length) tell(words().sending);
  try {
    const answer = await post(target, body);
    if (answer.redirected && !isStep(answer.url)) {
      window.location.replace(answer.url);
      return;
    }
    if (answer.status >= 500) throw new Error(`not received: ${answer.status}`);
    window.history.pushState(null, "", answer.url);
    here = window.location.search;
    draw(answer.text);
  } catch (error) {
    again = true;
    sayState("");
    tell((isNetwork(error) ? words().notSent : words().down) || "");
  } finally {
    sending = false;
  }
  if (again) {
    const wait = WAITS[Math.min(attempt, WAITS.length - 1)];
    const mine = (pending = () => send(target, body, attempt + 1));
    window.setTimeout(() => form() && pending === mine && mine(), wait);
  }
}

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.id !== "home" || !document.getElementById("not-sent")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(sent, event.submitter || undefined));
  send(sent.action, body);
});
document.addEventListener("click", (event) => {
  const input = event.target;
  if (!isTap(event) || input.type !== "radio") return;
  tapped = true;
  input.form.requestSubmit(input.form.querySelector("button[value=answer]"));
});
/* « Retour » of the browser: the page of the step before is asked for. A link within the page is none. */
window.addEventListener("popstate", () => window.location.search !== here && window.location.reload());
window.addEventListener("online", () => form() && pending?.());
if (form() && form().dataset.own !== "1") endWhenLeft();
restore().then(keep);
