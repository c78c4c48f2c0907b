// <div data-done>: what was just done, told by the server. It comes and goes as other messages do,
// and does not come again when the page is read anew: data-done="done slot" names what of the
// address has led to it, by default "done".
import { toast } from "./toast.js";

for (const told of document.querySelectorAll("[data-done]")) {
  told.remove();
  toast(told.textContent.trim());
  const here = new URL(location.href);
  for (const name of (told.dataset.done || "done").split(" ")) here.searchParams.delete(name);
  history.replaceState(null, "", here);
}
