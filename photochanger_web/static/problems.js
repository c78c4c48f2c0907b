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
  form.querySelector('[aria-invalid="true"], .list.wrong button')?.focus();
}

// "settings.safety[0].category" stands there if there is such a field, else at "settings.safety".
function place(path) {
  const route = path.replace(/(^|\.)(provider|operation)$/, "$1route");
  const around = [...form.querySelectorAll("[data-field]")].filter(({ dataset: { field } }) =>
    route === field || route.startsWith(`${field}.`) || route.startsWith(`${field}[`));
  return around.sort((one, other) => other.dataset.field.length - one.dataset.field.length)[0];
}

function mark(shown, problem) {
  const words = shown.querySelector(":scope > .wrong-text");
  // A list of rows is told of as a whole.
  const field = shown.matches("[data-rows]")
    ? shown : shown.querySelector("input:not([type=hidden]), select, textarea");
  shown.classList.toggle("wrong", Boolean(problem));
  words.textContent = problem;
  words.hidden = !problem;
  field.setAttribute("aria-describedby", `${field.id}-hint${problem ? ` ${words.id}` : ""}`);
  if (field === shown) return;
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
