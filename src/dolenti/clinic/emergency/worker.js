{% load static %}// Keeps the emergency page, and nothing else, for when the network is cut. It is asked for from the
// network first, for two seconds; what is kept names no patient. As it stands: {{ stands }}.
"use strict";

const KEPT = "dolenti-emergency";
const PAGE = "{% url 'emergency' %}";
const FILES = [
  "{% static 'ui/tokens.css' %}",
  "{% static 'ui/emergency.css' %}",
  "{% static 'ui/emergency.js' %}",
  "{% static 'ui/favicon.svg' %}",
];
const PATIENCE = 2000;

async function keep() {
  const kept = await caches.open(KEPT);
  const page = await fetch(PAGE, { credentials: "same-origin", cache: "no-store" });
  if (page.ok && !page.redirected) await kept.put(PAGE, page);
  await kept.addAll(FILES);
  for (const one of await kept.keys()) {
    const path = new URL(one.url).pathname;
    if (path !== PAGE && !FILES.includes(path)) await kept.delete(one);
  }
}

self.addEventListener("install", function (event) {
  event.waitUntil(keep().then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

// A page that is read while the network is there is kept anew.
self.addEventListener("message", function (event) {
  if (event.data === "keep") event.waitUntil(keep().catch(function () {}));
});

async function page(request) {
  const kept = await caches.open(KEPT);
  const old = await kept.match(PAGE);
  const stop = new AbortController();
  const late = setTimeout(function () { if (old) stop.abort(); }, PATIENCE);
  try {
    const fresh = await fetch(request.url, { credentials: "same-origin", signal: stop.signal });
    if (fresh.ok && !fresh.redirected) {
      await kept.put(PAGE, fresh.clone());
      return fresh;
    }
    // Logged out: in an emergency nobody is asked for a password first.
    return old || Response.redirect(fresh.url || request.url, 302);
  } catch (error) {
    if (old) return old;
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function file(request) {
  const kept = await caches.open(KEPT);
  return (await kept.match(request)) || fetch(request);
}

self.addEventListener("fetch", function (event) {
  const path = new URL(event.request.url).pathname;
  if (event.request.method !== "GET") return;
  if (path === PAGE) event.respondWith(page(event.request));
  else if (FILES.includes(path)) event.respondWith(file(event.request));
});
