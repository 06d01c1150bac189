/* What was begun and not sent, kept on the patient's own device alone, so that a closed tab or a lost
   network loses no answer. It is sealed with a key that the site gives to whoever opened the link by
   the birth date, and that no browser keeps: what lies here says nothing to anybody else. Beside it
   stand in clear a random key of the form and until when it is kept. It goes when it was sent, when the
   link ends, and when the device is said to be shared. */
const PREFIX = "draft-";

function quietly(what) {
  try {
    return what();
  } catch {
    return null; /* a browser that keeps nothing: the page itself still holds it */
  }
}

const names = () => quietly(() => Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) || [];
const read = (name) => quietly(() => JSON.parse(localStorage.getItem(name)));
const remove = (name) => quietly(() => localStorage.removeItem(name));

/* Whether something waits on this device. */
export const waits = () => names().length > 0;

export const forgetAll = () => names().forEach(remove);

/* Whatever is past its time goes, and whatever a page says was received as it was sent. */
export function sweep(received = []) {
  for (const name of names()) {
    const kept = read(name);
    if (!kept || kept.until < Date.now() || (kept.pressed && received.includes(kept.key))) remove(name);
  }
}

const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

/* The draft of one form: ``about`` has its name, the key that seals it and until when it is kept. */
export function draftOf(about) {
  const name = PREFIX + about.name;
  const sealing = globalThis.crypto?.subtle?.importKey("raw", bytes(about.seal), "AES-GCM", false, [
    "encrypt", "decrypt",
  ]);
  let turn = 0; /* the last that was to be kept: what was sealed for an earlier one is kept no more */

  async function keep(key, pressed, said) {
    const mine = ++turn;
    if (!sealing) return;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify({ at: Date.now(), said }));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealing, plain);
    if (mine !== turn) return;
    const kept = { until: about.until, key, pressed, iv: text(iv), sealed: text(sealed) };
    quietly(() => localStorage.setItem(name, JSON.stringify(kept)));
  }

  function forget() {
    turn += 1;
    remove(name);
  }

  async function restore() {
    const kept = read(name);
    if (!kept || !sealing) return null;
    try {
      const opened = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes(kept.iv) }, await sealing, bytes(kept.sealed),
      );
      const found = JSON.parse(new TextDecoder().decode(opened));
      return { ...found, key: kept.key, pressed: kept.pressed };
    } catch {
      forget(); /* of another key: nobody can read it any more */
      return null;
    }
  }

  return { keep: (...said) => keep(...said).catch(() => null), forget, restore };
}
