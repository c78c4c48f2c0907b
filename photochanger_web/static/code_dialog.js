// <a data-code href="/gallery/ID">: shows the code of a picture in a dialog. Where it leads shows it,
// too, for whoever has no scripts or wants a tab of its own.
import { api } from "./api.js";
import { openModal } from "./modal.js";
import { localise } from "./moments.js";
import { text } from "./texts.js";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-code]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy")) return;
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await api("GET", `/parts${link.pathname}/code`);
    show(new DOMParser().parseFromString(await answer.text(), "text/html").body);
  } catch {
    return; // it has been told
  } finally {
    link.removeAttribute("aria-busy");
  }
});

function show(coming) {
  const dialog = document.createElement("dialog");
  dialog.className = "card code-dialog";
  dialog.setAttribute("aria-labelledby", "code-title");
  dialog.append(...coming.children, closer());
  localise(dialog);
  openModal(dialog);
}

function closer() {
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "choices";
  const button = document.createElement("button");
  button.className = "primary";
  button.textContent = text("close");
  button.autofocus = true;
  form.append(button);
  return form;
}
