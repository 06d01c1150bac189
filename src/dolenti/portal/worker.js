{% load static %}// Keeps the page that says whom to call, and which signs ask for it, for when the network is cut.
"use strict";

{% if token %}
const KEPT = "dolenti-phone";
const PAGE = "{% url 'phone-offline' token %}";
{% else %}
const KEPT = "dolenti-phone-start";
const PAGE = "{% url 'phone-start' %}";
{% endif %}
const FILES = [
  "{% static 'portal/larger.js' %}",
  "{% static 'portal/offline.js' %}",
  "{% static 'portal/drafts.js' %}",
];

async function keep() {
  const kept = await caches.open(KEPT);
  const page = await fetch(PAGE, { credentials: "same-origin", cache: "no-store" });
  if (page.ok && !page.redirected) await kept.put(PAGE, page);
  await kept.addAll(FILES);
}

async function orKept(request, what) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.open(KEPT);
    const found = await kept.match(what);
    // Back to a page that a form led to: a browser keeps none, and would send the form again. What
    // stands now is asked for instead; without a network that leads here once more, to what is kept.
    if (request.method !== "GET") return Response.redirect(request.url, 303);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", function (event) {
  event.waitUntil(keep().then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", function (event) {
  const path = new URL(event.request.url).pathname;
  if (event.request.mode === "navigate") event.respondWith(orKept(event.request, PAGE));
  else if (FILES.includes(path)) event.respondWith(orKept(event.request, path));
});
