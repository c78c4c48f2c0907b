// Another operation has other fields: they are drawn anew, what is filled in stays.
import { drafted, form } from "./draft.js";

for (const button of form.querySelectorAll("[data-draft]")) button.hidden = true;

form.addEventListener("change", async ({ target }) => {
  if (target.name !== "route" && target.name !== "fallback.route") return;
  form.setAttribute("aria-busy", "true");
  try {
    redraw(await drafted());
  } catch {
    return; // it has been told, and "save" shows the fields in any case
  } finally {
    form.removeAttribute("aria-busy");
  }
  document.getElementById(target.id)?.focus();
});

function redraw(fresh) {
  for (const part of form.querySelectorAll("[data-redraw]")) {
    const drawn = fresh.querySelector(`[data-redraw="${part.dataset.redraw}"]`);
    for (const button of drawn.querySelectorAll("[data-draft]")) button.hidden = true;
    part.replaceWith(drawn);
  }
  form.elements.shown.value = fresh.elements.shown.value;
}
