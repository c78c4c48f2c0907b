// <button data-copy="id">: puts the value of that field into the clipboard.
import { text } from "./texts.js";
import { toast } from "./toast.js";

// On the document: parts of pages are replaced while they are looked at.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const isCopied = (await copied(field.value)) || selectedAndCopied(field);
  toast(text(isCopied ? "copied" : "not_copied"), { isProblem: !isCopied });
  button.focus();
});

async function copied(value) {
  // Over plain HTTP there is no navigator.clipboard.
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

function selectedAndCopied(field) {
  field.select();
  return document.execCommand("copy");
}
