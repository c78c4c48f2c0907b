// <a data-delete href="/gallery/ID#deletion">: asks right here. Where it leads asks, too, for whoever
// has no scripts.
import { confirmed } from "./dialog.js";

const form = document.getElementById("deletion");

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-delete]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { question, action, explanation } = form.dataset;
  const title = document.getElementById(link.closest("[data-picture]").getAttribute("aria-labelledby"));
  const about = `${title.textContent.replace(/\s+/g, " ").trim()}. ${explanation}`;
  if (!(await confirmed(question, { action, explanation: about, isDanger: true }))) return;
  form.action = `${link.pathname}/delete`;
  form.requestSubmit();
});
