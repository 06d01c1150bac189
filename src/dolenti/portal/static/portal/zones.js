/* Where it hurts, pressed on the figure: each zone is the box of the list below it, and nothing else.
   The list alone is the control for keys and for who hears the page; without script the figure hides. */
for (const figures of document.querySelectorAll("[data-zones]")) {
  const field = figures.closest("fieldset");
  const boxes = [...field.querySelectorAll("input[type=checkbox]")];

  const lit = () => {
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const zone of figures.querySelectorAll("[data-lit]")) {
      zone.classList.toggle("on", chosen.has(zone.dataset.lit));
    }
  };

  figures.addEventListener("click", (event) => {
    const zone = event.target.closest("[data-zone]");
    const box = zone && boxes.find((one) => one.value === zone.dataset.zone);
    if (box) box.click();
  });
  field.addEventListener("change", lit);
  lit();
  figures.hidden = false;
}
