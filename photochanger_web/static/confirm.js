// <form data-confirm="Question?">: is sent once that is confirmed. Its button may say what is done
// in other words than its own: <button data-action="Remove">.
import { confirmed } from "./dialog.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.isConfirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const action = event.submitter?.dataset.action ?? event.submitter?.textContent.trim();
  const isDanger = event.submitter?.classList.contains("danger");
  if (await confirmed(form.dataset.confirm, { action, isDanger })) {
    form.dataset.isConfirmed = "yes";
    form.requestSubmit(event.submitter);
  }
});
