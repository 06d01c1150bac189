/* What the pages of the phone that ask have in common: how long they keep and wait, what is said at
   once, a tap told from a key, the end of a visit on a shared device. */
export const WAITS = [2000, 5000, 15000, 60000];
/* How long an answer may take to leave: a network that hangs says nothing, and the alarm must not wait
   for it. */
const LONGEST = 8000;
const SLOW = 600;
const TEN_MINUTES = 10 * 60 * 1000;
let byKey = false;

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

/* Send a form, and give up on a network that never answers. */
export async function post(target, body) {
  const stop = new AbortController();
  const late = window.setTimeout(() => stop.abort(), LONGEST);
  const asked = { method: "POST", body, credentials: "same-origin", signal: stop.signal };
  try {
    const answer = await fetch(target, asked);
    const text = await answer.text();
    return { redirected: answer.redirected, url: answer.url, status: answer.status, text };
  } finally {
    window.clearTimeout(late);
  }
}

/* Whether an address is that of the page which answers a form, and not of another page. */
export const isStep = (url) => new URL(url).searchParams.has("step");

/* A tap on an answer went on by itself: the tap that was meant for the page before, on a button that
   stands where the last one stood, presses nothing. */
const ARRIVES = 1500;
let pausing = 0;
export function pause(button, length = ARRIVES) {
  button.disabled = true;
  window.clearTimeout(pausing);
  pausing = window.setTimeout(() => (button.disabled = false), length);
}

/* An answer on its way, said to the eye and to a screen reader where the page has a place for it: only
   once it takes long. An empty text ends it. */
let soon = 0;
export function sayState(text) {
  const place = document.getElementById("status");
  window.clearTimeout(soon);
  if (!place) return;
  const say = () => {
    place.textContent = text;
    place.classList.toggle("hidden-text", !text);
  };
  if (text) soon = window.setTimeout(say, SLOW);
  else say();
}

/* Whether what went wrong is the network, or the server. */
export const isNetwork = (error) => error instanceof TypeError || error.name === "AbortError";

/* Whether a click is a tap on a choice: keys move among the answers, and choose nothing. */
export const isTap = (event) => !byKey && event.detail !== 0 && event.target instanceof HTMLInputElement;

/* Say lines in a place, a paragraph each. */
export function sayLines(place, lines, look = "") {
  place.replaceChildren(
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      paragraph.className = look;
      return paragraph;
    }),
  );
}

/* What to do now, in a box, above the numbers. */
export const sayHead = (box, lines) => sayLines(box.querySelector(".head"), lines, "tell");

/* The number to press first stands first, and is the one that shows: 15, that of whoever listens, or of
   the clinic where nothing is said. */
export function callFirst(box, first, listens = "", words = "") {
  const calls = box.querySelector("[data-calls]");
  const of = (name) => calls.querySelector(`[data-number="${name}"]`);
  const third = of("listens");
  if (third) third.hidden = !listens;
  if (third && listens) {
    third.href = `tel:${listens}`;
    third.textContent = words.replace("%(number)s", listens);
  }
  const fifteen = of("fifteen");
  const main = first && first === listens ? third : (!first && of("clinic")) || fifteen;
  for (const one of calls.querySelectorAll("a")) {
    one.classList.toggle("main", one === main);
    one.classList.toggle("quiet", one !== main);
  }
  calls.prepend(main);
}

/* On a shared device the visit ends when nobody touches it. */
export function endWhenLeft() {
  let idle = 0;
  const again = () => {
    window.clearTimeout(idle);
    idle = window.setTimeout(() => window.location.reload(), TEN_MINUTES);
  };
  ["pointerdown", "keydown"].forEach((kind) => document.addEventListener(kind, again, true));
  again();
}
