// <div data-live="/path" data-tag="…">: pictures come and go by themselves, each by its id, the others stay as
// they are. When the gallery itself is gone, so are all its pictures; it may come back.
import { showOver, showRefusal } from "./gone.js";
import { NotNow, poll } from "./poll.js";
import { tell } from "./public_time.js";

const EVERY = 5_000; // milliseconds
const PATIENCE = 20_000; // where phones are new enough to have it
const CLOSED = 404; // which may change
const ENDED = 410;
const RETRIES = [2_000, 8_000, 30_000]; // for pictures: their small ones may still be drawn

const main = document.getElementById("content");
const pictures = document.getElementById("pictures");
let tag, isGone = false, stop;

if (pictures) {
  tag = pictures.dataset.tag;
  stop = poll(look, EVERY);
  pictures.addEventListener("error", ({ target }) => tryAgain(target), { capture: true });
  document.addEventListener("over", ({ target }) => {
    const picture = target.closest(".picture");
    if (picture) return take(picture);
    stop();
    showOver();
  });
}

async function look() {
  const response = await fetch(pictures.dataset.live, {
    headers: { Accept: "text/html", "If-None-Match": tag },
    redirect: "error",
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  if ([CLOSED, ENDED].includes(response.status)) leave(response.status, await response.text());
  if (response.status !== 304 && !response.ok) throw new NotNow(response);
  if (isGone) return location.reload();
  if (response.status === 304) return;
  const coming = new DOMParser().parseFromString(await response.text(), "text/html").body;
  tag = response.headers.get("etag");
  show(coming);
}

function leave(status, html) {
  if (!isGone) showRefusal(html);
  isGone = true;
  if (status === ENDED) stop();
}

function show(coming) {
  tell(coming);
  const fresh = [...coming.querySelector("ul").children];
  const ids = new Set(fresh.map((one) => one.id));
  const list = pictures.querySelector("ul");
  for (const one of [...list.children]) if (!ids.has(one.id)) take(one);
  const isNews = fresh.map((one, at) => put(list, one, at)).includes(true);
  if (isNews) document.getElementById("news").textContent = pictures.dataset.news;
  tellWhetherEmpty();
}

// Returns whether the picture was not there before.
function put(list, fresh, at) {
  const before = document.getElementById(fresh.id);
  if (before) {
    if (list.children[at] !== before) list.insertBefore(before, list.children[at] ?? null);
    return false;
  }
  fresh.classList.add("new");
  list.insertBefore(fresh, list.children[at] ?? null);
  return true;
}

function take(picture) {
  const hadFocus = picture.contains(document.activeElement);
  picture.remove();
  if (hadFocus) main.focus();
  tellWhetherEmpty();
}

function tellWhetherEmpty() {
  document.getElementById("none").hidden = pictures.querySelector("li") !== null;
}

function tryAgain(image) {
  const tries = Number(image.dataset.tries ?? 0);
  image.dataset.failed = "";
  if (tries >= RETRIES.length) return;
  image.dataset.tries = String(tries + 1);
  image.addEventListener("load", () => { delete image.dataset.failed; }, { once: true });
  setTimeout(() => { image.src = image.src; }, RETRIES[tries]);
}
