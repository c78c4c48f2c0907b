// <form data-confirm="Question?">: is sent once that is confirmed.
import { confirmed } from "./dialog.js";

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", async (event) => {
    if (form.dataset.isConfirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await confirmed(form.dataset.confirm, { action: event.submitter?.textContent.trim() })) {
      form.dataset.isConfirmed = "yes";
      form.requestSubmit(event.submitter);
    }
  });
}
