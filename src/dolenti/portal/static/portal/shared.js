/* What the pages of the phone that ask have in common: how long they keep and wait, what is said at
   once, a tap told from a key, the end of a visit on a shared device. */
export const WAITS = [2000, 5000, 15000, 60000];
export const TWO_HOURS = 2 * 3600 * 1000;
const TEN_MINUTES = 10 * 60 * 1000;
let byKey = false;

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

/* Whether a click is a tap on a choice: keys move among the answers, and choose nothing. */
export const isTap = (event) => !byKey && event.detail !== 0 && event.target instanceof HTMLInputElement;

/* Say the lines in a place, the last of which says why; the others what to do now. */
export function sayLines(place, lines) {
  place.replaceChildren(
    ...lines.map((line, at) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      if (at < lines.length - 1) paragraph.className = "tell";
      return paragraph;
    }),
  );
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
