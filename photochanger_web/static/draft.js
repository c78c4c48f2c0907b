// The form of a slot as the server draws it from what is filled in; nothing is saved.
import { api } from "./api.js";

export const form = document.getElementById("slot-form");

export async function drafted() {
  const body = new URLSearchParams(new FormData(form));
  const response = await api("POST", `${form.getAttribute("action")}/draft`, { body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.getElementById("slot-form");
}
