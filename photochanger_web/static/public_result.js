// <article data-picture="/path">: the picture goes when its time is over, or when it was deleted.
// It can be tried again if it does not come, and shared where phones can do that.
import { showOver } from "./gone.js";
import { NotNow, poll } from "./poll.js";
import "./public_time.js";

const EVERY = 20_000; // milliseconds
const PATIENCE = 20_000; // where phones are new enough to have it
const GONE = [404, 410];

const shown = document.querySelector("[data-picture]");

if (shown) {
  const whole = document.getElementById("whole");
  const stop = poll(look, EVERY);
  const end = () => { stop(); showOver(); };
  document.addEventListener("over", end);
  document.addEventListener("gone", end);
  for (const told of ["load", "error"]) whole.addEventListener(told, () => tellHowItCame(whole));
  document.getElementById("reload").addEventListener("click", () => { whole.src = whole.src; });
  if (whole.complete) tellHowItCame(whole);
}

async function look() {
  const response = await fetch(shown.dataset.picture, {
    method: "HEAD", cache: "no-store", redirect: "error", signal: AbortSignal.timeout?.(PATIENCE),
  });
  if (GONE.includes(response.status)) document.dispatchEvent(new Event("gone"));
  else if (!response.ok) throw new NotNow(response);
}

function tellHowItCame(whole) {
  const isThere = whole.naturalWidth > 0;
  document.getElementById("failed").hidden = isThere;
  whole.toggleAttribute("data-failed", !isThere);
  // Where the picture lets something through, that is not to be the small one.
  shown.querySelector(".small").hidden = isThere;
  if (isThere) offerToShare(whole);
}

async function offerToShare(whole) {
  if (!navigator.canShare) return;
  // Now, not when asked: phones share only right after a tap. The browser has the picture already.
  const picture = await (await fetch(whole.src)).blob();
  const name = `photo.${picture.type.split("/")[1]}`;
  const shared = { files: [new File([picture], name, { type: picture.type })] };
  const button = document.getElementById("share");
  if (!navigator.canShare(shared)) return;
  button.hidden = false;
  button.onclick = () => navigator.share(shared).catch(() => {}); // they may change their mind
}
