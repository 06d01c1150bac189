// Whoever says that a link is not theirs: nothing of what was typed by one stays in this browser.

import { forgetAll } from "./drafts.js";

forgetAll();

async function forget() {
  for (const worker of await navigator.serviceWorker.getRegistrations()) {
    if (new URL(worker.scope).pathname.startsWith("/s/")) await worker.unregister();
  }
  await caches.delete("dolenti-phone");
  await caches.delete("dolenti-phone-start");
}

if ("serviceWorker" in navigator) forget().catch(() => {});
