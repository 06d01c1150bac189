/* A text read aloud, at a press, by a voice of the device itself: a voice of elsewhere would hear what
   only the patient reads, and is not used. Without one there is no button. */
const button = document.getElementById("aloud");
const text = document.querySelector("[data-aloud]");
const language = text?.closest("[lang]").lang || document.documentElement.lang;
const BLOCKS = "h1, h2, h3, h4, summary, p, li, dt, dd, th, td";

const voice = () => speechSynthesis.getVoices().find((one) => one.localService && one.lang.startsWith(language));

function quiet() {
  speechSynthesis.cancel();
  button.setAttribute("aria-pressed", "false");
}

function read() {
  const blocks = [...text.querySelectorAll(BLOCKS)].filter((one) => !one.querySelector(BLOCKS));
  const said = blocks.map((one) => one.textContent.trim()).filter(Boolean);
  button.setAttribute("aria-pressed", "true");
  for (const [at, one] of said.entries()) {
    const spoken = Object.assign(new SpeechSynthesisUtterance(one), { voice: voice(), lang: language });
    if (at === said.length - 1) spoken.onend = quiet;
    speechSynthesis.speak(spoken);
  }
}

if (button && text && "speechSynthesis" in window) {
  const offer = () => (button.hidden = !voice());
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? quiet() : read()));
  window.addEventListener("pagehide", quiet);
  offer();
}
