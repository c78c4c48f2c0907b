// Messages that come and go. They are read out, wait while they are looked at, and can be closed.
import { text } from "./texts.js";

const SECONDS = 6;

export function toast(message, { isProblem = false } = {}) {
  const place = document.getElementById(isProblem ? "alerts" : "toasts");
  const shown = document.createElement("div");
  shown.className = isProblem ? "toast bad" : "toast";
  const words = document.createElement("p");
  words.textContent = message;
  for (const same of [...place.children]) if (same.firstChild.textContent === message) same.remove();
  shown.append(words, closer(shown));
  place.append(shown);
  if (!isProblem) leaveLater(shown);
}

function closer(shown) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "close";
  button.setAttribute("aria-label", text("close"));
  button.textContent = "×";
  button.addEventListener("click", () => shown.remove());
  return button;
}

function leaveLater(shown) {
  let timer;
  const start = () => { timer = setTimeout(() => shown.remove(), SECONDS * 1000); };
  for (const coming of ["mouseenter", "focusin"]) {
    shown.addEventListener(coming, () => clearTimeout(timer));
  }
  for (const leaving of ["mouseleave", "focusout"]) {
    shown.addEventListener(leaving, () => { clearTimeout(timer); start(); });
  }
  start();
}
