// The form of a slot as the server draws it from what is filled in; nothing is saved.
import { api } from "./api.js";

export const form = document.getElementById("slot-form");

// more: what the button of a form without scripts would have sent along.
export async function drafted(more = {}) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const response = await api("POST", `${form.getAttribute("action")}/draft`, { body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.getElementById("slot-form");
}
