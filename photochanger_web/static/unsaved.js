// <form data-unsaved="id">: changes that are not saved show, and nobody leaves without being asked.
const form = document.querySelector("form[data-unsaved]");
const badge = document.getElementById(form.dataset.unsaved);
let isChanged = false;

export function changed() {
  isChanged = true;
  if (badge) badge.hidden = false;
}

if (form.dataset.isChanged) changed();
form.addEventListener("input", ({ target }) => { if (target.name) changed(); });
addEventListener("beforeunload", (event) => {
  if (isChanged && !form.dataset.isSent) event.preventDefault();
});
