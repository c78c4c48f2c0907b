// <span data-left="90">: counts down how many seconds there are left, silently. At the end the
// picture around it goes; or what data-closes names does, and data-then comes in its place.
import { text } from "./texts.js";
import { toast } from "./toast.js";

const ends = new WeakMap();
const HOUR = 3600;

tick();
setInterval(tick, 1000);

function tick() {
  for (const shown of document.querySelectorAll("[data-left]")) {
    // By the wall clock: the other one stands still while a phone sleeps.
    if (!ends.has(shown)) ends.set(shown, Date.now() + Number(shown.dataset.left) * 1000);
    const left = Math.max(0, Math.ceil((ends.get(shown) - Date.now()) / 1000));
    const words = left < HOUR ? clock(left) : hours(left);
    if (shown.textContent !== words) shown.textContent = words;
    if (left === 0) end(shown);
  }
}

function clock(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

function hours(left) {
  const minutes = Math.floor((left % HOUR) / 60);
  return text("time_left").replace("{hours}", Math.floor(left / HOUR)).replace("{minutes}", minutes);
}

function end(shown) {
  if (shown.dataset.closes) return close(shown.dataset);
  const picture = shown.closest("[data-picture]");
  const place = picture?.closest("[data-live]");
  const hadFocus = picture?.contains(document.activeElement);
  picture?.remove();
  if (hadFocus) document.getElementById("content").focus({ preventScroll: true });
  place?.dispatchEvent(new Event("outdated"));
}

function close({ closes, then }) {
  const closing = document.getElementById(closes), coming = document.getElementById(then);
  if (closing.hidden) return;
  const hadFocus = closing.contains(document.activeElement);
  closing.hidden = true;
  coming.hidden = false;
  if (hadFocus) coming.focus({ preventScroll: true }); // which reads it out
  else toast(coming.textContent.trim());
}
