/* Larger letters, at a press: what a browser keeps of it is that alone. */
const button = document.getElementById("larger");
const KEPT = "letters";

function kept() {
  try {
    return localStorage.getItem(KEPT) === "large";
  } catch {
    return false; /* a browser that keeps nothing */
  }
}

function set(large) {
  document.documentElement.classList.toggle("large", large);
  if (button) button.setAttribute("aria-pressed", String(large));
}

set(kept());
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const large = button.getAttribute("aria-pressed") !== "true";
    set(large);
    try {
      if (large) localStorage.setItem(KEPT, "large");
      else localStorage.removeItem(KEPT);
    } catch {
      /* it holds for this page */
    }
  });
}
