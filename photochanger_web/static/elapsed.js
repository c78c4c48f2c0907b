// <progress data-elapsed="12" max="48">: goes on by the second until the page is told more. What it
// says stands behind it.
import { text } from "./texts.js";

setInterval(() => {
  for (const bar of document.querySelectorAll("progress[data-elapsed]")) {
    const seconds = Number(bar.dataset.elapsed) + 1;
    bar.dataset.elapsed = seconds;
    bar.value = seconds;
    const words = text("elapsed").replace("{seconds}", seconds).replace("{window}", bar.max);
    bar.nextElementSibling.textContent = words;
  }
}, 1000);
