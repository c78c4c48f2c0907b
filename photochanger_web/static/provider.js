// <button data-test-provider="name" hidden>: asks whether that provider takes orders.
import { api } from "./api.js";
import { text } from "./texts.js";

for (const button of document.querySelectorAll("[data-test-provider]")) {
  const name = button.dataset.testProvider;
  const said = document.getElementById(`tested-${name}`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    said.textContent = "…";
    try {
      const answer = await api("POST", `/api/providers/${name}/test`);
      const isWell = answer.status === "ok";
      said.className = isWell ? "tested good" : "tested bad";
      said.textContent = isWell ? text("provider_ok") : `${text("provider_failed")} ${answer.detail}`;
    } catch {
      said.textContent = ""; // why is told already
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
