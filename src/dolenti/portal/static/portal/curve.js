/* A curve that the browser shows from its memory, by “back”, is asked for again. */
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
