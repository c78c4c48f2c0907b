// What is wrong with fields, as the API tells it, at the fields.
import { form } from "./draft.js";

export function showProblems(problems) {
  for (const shown of form.querySelectorAll(".field.wrong")) mark(shown, "");
  for (const { field, problem } of problems) {
    const found = place(field);
    if (!found) continue;
    found.closest("details")?.setAttribute("open", "");
    mark(found, problem);
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}

// "settings.safety[0].category" stands at "settings.safety".
function place(path) {
  const route = path.replace(/(^|\.)(provider|operation)$/, "$1route");
  const places = [...form.querySelectorAll("[data-field]")];
  return places.find(({ dataset: { field } }) =>
    route === field || route.startsWith(`${field}.`) || route.startsWith(`${field}[`));
}

function mark(shown, problem) {
  const field = shown.querySelector("input:not([type=hidden]), select, textarea");
  const words = document.getElementById(`${field.id}-problem`);
  shown.classList.toggle("wrong", Boolean(problem));
  words.textContent = problem;
  words.hidden = !problem;
  field.toggleAttribute("aria-invalid", Boolean(problem));
  if (problem) field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${field.id}-hint${problem ? ` ${words.id}` : ""}`);
}
