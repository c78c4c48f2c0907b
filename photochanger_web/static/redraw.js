// Another operation has other fields, a preset other values: what goes with them is drawn anew, what
// is filled in stays.
import { drafted, form } from "./draft.js";
import { text } from "./texts.js";
import { toast } from "./toast.js";
import { changed } from "./unsaved.js";

for (const button of form.querySelectorAll("[data-draft]")) button.hidden = true;

form.addEventListener("change", async ({ target }) => {
  if (target.name !== "route" && target.name !== "fallback.route") return;
  if (await isRedrawn()) document.getElementById(target.id)?.focus();
});

form.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-preset]");
  if (!button) return;
  event.preventDefault();
  if (!await isRedrawn({ [button.name]: button.value })) return;
  changed();
  toast(text("preset_filled"));
  form.querySelector(`[data-preset][value="${button.value}"]`)?.focus();
  document.getElementById("field-settings-prompt")?.scrollIntoView({ block: "nearest" });
});

async function isRedrawn(more) {
  form.setAttribute("aria-busy", "true");
  try {
    redraw(await drafted(more));
    return true;
  } catch {
    return false; // it has been told, and "save" shows the fields in any case
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function redraw(fresh) {
  for (const part of form.querySelectorAll("[data-redraw]")) {
    const drawn = fresh.querySelector(`[data-redraw="${part.dataset.redraw}"]`);
    for (const button of drawn.querySelectorAll("[data-draft]")) button.hidden = true;
    part.replaceWith(drawn);
  }
  form.elements.shown.value = fresh.elements.shown.value;
}
