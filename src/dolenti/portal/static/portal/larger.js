/* Larger letters, at a press: what a browser keeps of it is that alone. A page that is drawn in the
   place of another has the button too. */
const KEPT = "letters";

function kept() {
  try {
    return localStorage.getItem(KEPT) === "large";
  } catch {
    return false; /* a browser that keeps nothing */
  }
}

function set(large) {
  const button = document.getElementById("larger");
  document.documentElement.classList.toggle("large", large);
  if (!button) return;
  button.textContent = large ? button.dataset.usual : button.dataset.larger;
  button.hidden = false;
}

const isLarge = () => document.documentElement.classList.contains("large");

set(kept());
new MutationObserver(() => set(isLarge())).observe(document.body, { childList: true });
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#larger")) return;
  const large = !isLarge();
  set(large);
  try {
    if (large) localStorage.setItem(KEPT, "large");
    else localStorage.removeItem(KEPT);
  } catch {
    /* it holds for this page */
  }
});
