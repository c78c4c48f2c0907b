// Asks before something happens that cannot be taken back lightly.
import { openModal } from "./modal.js";
import { text } from "./texts.js";

// Resolves to whether it was confirmed. Escape and "Cancel" do not. What isDanger is in red.
export function confirmed(
  question, { action = text("confirm"), explanation = "", isDanger = false } = {},
) {
  const dialog = document.createElement("dialog");
  dialog.className = "card";
  dialog.setAttribute("aria-labelledby", "dialog-question");
  dialog.append(heading(question), paragraph(explanation), choices(action, isDanger));
  openModal(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}

function heading(question) {
  const made = document.createElement("h2");
  made.id = "dialog-question";
  made.textContent = question;
  return made;
}

function paragraph(explanation) {
  const made = document.createElement("p");
  made.textContent = explanation;
  made.hidden = !explanation;
  return made;
}

function choices(action, isDanger) {
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "choices";
  const look = isDanger ? "button danger" : "primary";
  form.append(choice("no", text("cancel"), "button"), choice("yes", action, look));
  return form;
}

function choice(value, words, look) {
  const button = document.createElement("button");
  button.value = value;
  button.className = look;
  button.textContent = words;
  button.autofocus = value === "no";
  return button;
}
