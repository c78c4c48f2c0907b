// <fieldset data-rows>: rows come and go without a round trip.
import { form } from "./draft.js";
import { changed } from "./unsaved.js";

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add-row], [data-remove-row]");
  if (!button) return;
  event.preventDefault();
  const rows = button.closest("[data-rows]");
  if (button.matches("[data-add-row]")) add(rows);
  else remove(rows, button.closest("li"));
  changed();
});

function add(rows) {
  const made = rows.querySelector("[data-new-row]").content.cloneNode(true);
  const place = free(rows);
  for (const one of made.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      const here = value.replaceAll("[PLACE]", `[${place}]`).replaceAll("-place", `-${place}`);
      if (here !== value) one.setAttribute(name, here);
    }
  }
  const first = made.querySelector("input:not([type=hidden]), select, textarea");
  rows.querySelector("[data-list]").append(made);
  first.focus();
}

function remove(rows, row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (next ?? rows).querySelector("[data-remove-row], [data-add-row]").focus();
}

// The places of rows need not follow each other, only be different.
function free(rows) {
  const taken = [...rows.querySelectorAll("[data-remove-row]")].map(({ value }) =>
    Number(value.match(/\[(\d+)\]$/)[1]));
  return Math.max(-1, ...taken) + 1;
}
