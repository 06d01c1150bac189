/* The history before a visit: each page works without this. With it a tap on an answer goes on (keys do
   not, so that the arrows can move among the answers), an answer that cannot leave is said to be kept
   here, and what to do now is said at once; on the patient's own device a page that is left can be
   taken up again for two hours. */
import {
  TWO_HOURS, WAITS, callFirst, endWhenLeft, isNetwork, isStep, isTap, pause, post, sayLines, sayState,
} from "./shared.js";

let sending = false;
let tapped = false; /* the last answer went on by a tap on it */
let here = window.location.search; /* the step that is drawn */

const form = () => document.getElementById("home");
const isOwn = () => form()?.dataset.own === "1";
const store = () => `history-${form().elements.key.value}`;

function quietly(what) {
  try {
    return what();
  } catch {
    return null; /* a browser that keeps nothing: the page itself still holds it */
  }
}

/* What the form carries, kept on the patient's own device alone. */
function keep() {
  if (!form() || !isOwn() || "begins" in form().dataset) return;
  const said = [...form().querySelectorAll("input[name=said]")].map((one) => one.value);
  quietly(() => sessionStorage.setItem(store(), JSON.stringify({ at: Date.now(), said })));
}

function restore() {
  const sent = document.getElementById("sent");
  if (sent) return quietly(() => sessionStorage.removeItem(`history-${sent.dataset.key}`));
  if (!form() || !isOwn() || !("begins" in form().dataset)) return null;
  const kept = quietly(() => JSON.parse(sessionStorage.getItem(store()) || "null"));
  if (!kept || Date.now() - kept.at > TWO_HOURS) return quietly(() => sessionStorage.removeItem(store()));
  for (const one of kept.said) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "said", value: one });
    form().append(input);
  }
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
  sayLines(place.querySelector(".lines"), [...told(), why]);
  callFirst(place, words().emergencies?.includes(chosen()));
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
    window.setTimeout(() => form() && send(target, body, attempt + 1), wait);
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
if (form() && form().dataset.own !== "1") endWhenLeft();
restore();
keep();
