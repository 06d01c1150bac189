/* Without a network a touch opens nothing: whom to call is said here, and the page that is open stays.
   On the patient's own device one page is kept for when a page was left all the same; on a shared one
   nothing is, and what was kept goes. */
import { forgetAll, sweep, waits } from "./drafts.js";

const box = () => document.getElementById("no-network");
const KEPT = "dolenti-phone";
/* These say it themselves, and keep what was answered. */
const SENDS = ["answers", "home"];

function stops(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  box().setAttribute("role", "alert");
  const fifteen = box().querySelector('[data-number="fifteen"]');
  if (document.querySelector(".alarm.emergency:not([hidden])")) fifteen.parentElement.prepend(fifteen);
  box().hidden = false;
  box().scrollIntoView();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  const isHere = link?.pathname === location.pathname && link.hash;
  if (link?.protocol.startsWith("http") && !isHere) stops(event);
});
document.addEventListener("submit", (event) => !SENDS.includes(event.target.id) && stops(event));
/* The page that is kept stands at the address of the one that was wanted. */
const wanted = document.getElementById("wanted");
if (wanted && !location.pathname.endsWith("/offline/")) wanted.href = location.pathname + location.search;
window.addEventListener("online", () => (box().hidden = true));
/* On a shared device what was sent closes when its page is left, but by a press that goes on here. */
let goesOn = false;
const isOurs = (event) => event.type === "submit" || event.target.closest?.("a[href]")?.protocol.startsWith("http");
for (const kind of ["click", "submit"]) {
  document.addEventListener(kind, (event) => (goesOn = !event.defaultPrevented && Boolean(isOurs(event))));
}
window.addEventListener("pagehide", () => {
  const close = document.querySelector("form[data-leaves]");
  if (close && !goesOn) navigator.sendBeacon(close.action, new FormData(close));
});
/* Back to a page that the browser kept as it was: where its visit ended meanwhile, it goes. */
window.addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  const now = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" }).catch(() => null);
  if (now?.type === "opaqueredirect") location.reload();
});
/* What was begun on the patient's own device: what was received goes, and so does all where it is not. */
const received = document.querySelector("[data-received]")?.dataset.received;
if (document.body.dataset.shared) forgetAll();
else sweep(received ? received.split(" ") : []);
const kept = document.getElementById("kept");
if (kept) kept.hidden = !waits();

async function forget() {
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    if (new URL(worker.scope).pathname.startsWith("/s/")) await worker.unregister();
  }
  await Promise.all([KEPT, `${KEPT}-start`].map((one) => caches.delete(one)));
}

if ("serviceWorker" in navigator) {
  const { worker, start, shared } = document.body.dataset;
  /* The icon opens without a link: it has a page of its own. */
  if (start) navigator.serviceWorker.register(start).catch(() => {});
  const done = worker ? navigator.serviceWorker.register(worker) : shared ? forget() : null;
  done?.catch(() => {
    /* nothing is kept here: the page asks the network, as any */
  });
}
