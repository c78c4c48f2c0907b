// Tells, quietly, that what is shown may be old: the browser is offline, or the server is away.
// What asks the server says which, by the events "reachable" and "unreachable".
import { text } from "./texts.js";
import { toast } from "./toast.js";

const PAUSE = 5000; // milliseconds between tries
const FRESH = 20_000; // for which an answer shows that the next one comes, too

const shown = document.getElementById("connection");
let timer, answered = performance.now(); // with this page

addEventListener("offline", lost);
addEventListener("online", reach);
document.addEventListener("unreachable", lost);
document.addEventListener("reachable", found);
if (!navigator.onLine) lost();

// Whether the server has answered just now.
export function isFresh() {
  return navigator.onLine && shown.hidden && performance.now() - answered < FRESH;
}

// Resolves to whether the server answers.
export async function reach() {
  try {
    const answer = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(PAUSE) });
    if (!answer.ok) throw new Error("somebody else answers");
    found();
    return true;
  } catch {
    lost();
    return false;
  }
}

function lost() {
  const isOffline = !navigator.onLine;
  const words = text(isOffline ? "offline" : "unreachable");
  if (shown.lastElementChild.textContent !== words) shown.lastElementChild.textContent = words;
  shown.hidden = false;
  timer ??= setInterval(() => { if (!document.hidden) reach(); }, PAUSE);
}

function found() {
  answered = performance.now();
  if (shown.hidden) return;
  clearInterval(timer);
  timer = undefined;
  shown.hidden = true;
  toast(text("connected"));
}
