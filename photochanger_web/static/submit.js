// Forms are sent once, and only if they arrive: without a session or a server what is filled in
// stays where it is. Their button shows that something is going on.
import { isFresh, reach } from "./connection.js";
import { inSession } from "./session.js";
import { text } from "./texts.js";
import { toast } from "./toast.js";

const SLOW = 4000; // milliseconds

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.method !== "post") return;
  if (form.dataset.isChecked && !form.dataset.isSent) return leave(form);
  if (form.getAttribute("aria-busy")) return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  submitter?.setAttribute("aria-busy", "true");
  if (isFresh()) return leave(form);
  event.preventDefault();
  if (await arrives(form)) {
    form.dataset.isChecked = "yes";
    form.requestSubmit(submitter);
  } else {
    free(form);
  }
});

function leave(form) {
  form.dataset.isSent = "yes";
  setTimeout(() => { if (form.dataset.isSent) toast(text("slow")); }, SLOW);
}

async function arrives(form) {
  if (!form.elements.csrf_token) return (await reach()) || stays(text("not_sent"));
  try {
    await inSession();
    return true;
  } catch (error) {
    return error.status === 401 ? false : stays(error.status ? error.message : text("not_sent"));
  }
}

function stays(words) {
  toast(words, { isProblem: true });
  return false;
}

function free(form) {
  for (const busy of [form, ...form.elements]) busy.removeAttribute("aria-busy");
  for (const state of ["isConfirmed", "isChecked", "isSent"]) delete form.dataset[state];
}

// A page that comes back from the browser's memory is as it was left.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) free(form);
});
