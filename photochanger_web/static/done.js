// <div data-done>: what was just done, told by the server. It comes and goes as other messages do,
// and does not come again when the page is read anew.
import { toast } from "./toast.js";

for (const told of document.querySelectorAll("[data-done]")) {
  told.remove();
  toast(told.textContent.trim());
  const here = new URL(location.href);
  here.searchParams.delete("done");
  history.replaceState(null, "", here);
}
