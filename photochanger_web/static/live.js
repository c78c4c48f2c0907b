// <div data-live="/path" data-events="job slot">: shows what is there now, when one of those events
// tells that something has changed; without data-events, every few seconds. Quietly: nothing is read
// out, and focus stays where it is. An "outdated" sent to it has it look at once.
// data-pause: milliseconds between two reads, for what takes the server long to make.
// Of one with data-about="job id" only events about that job count.
import { api } from "./api.js";
import { replaceChanged } from "./pieces.js";

const PAUSE = 500; // milliseconds, whatever happens in between
const POLL = 15_000;
const MINUTE = 60_000; // "5 minutes ago" is to become 6

for (const place of document.querySelectorAll("[data-live]")) follow(place);

function follow(place) {
  const events = place.dataset.events?.split(" ");
  let source, timer, isStale = false;
  let last = Date.now();
  const pause = Number(place.dataset.pause ?? PAUSE);

  const refresh = async () => {
    timer = undefined;
    if (document.querySelector("dialog[open]")) return soon(); // it asks about what is there
    last = Date.now();
    try {
      const answer = await api("GET", place.dataset.live, { quiet: true });
      replaceChanged(place, await answer.text());
      isStale = false;
    } catch {
      isStale = true;
    }
    const told = document.getElementById("stale");
    if (told) told.hidden = !isStale;
  };
  const soon = () => { timer ??= setTimeout(refresh, pause); };
  const told = ({ data }) => {
    const { job_id: job } = JSON.parse(data);
    if (!job || job === (place.dataset.about ?? job)) soon();
  };
  const listen = () => {
    if (!events) return;
    source = new EventSource("/api/events");
    source.addEventListener("open", soon); // what was missed is not told afterwards
    for (const name of events) source.addEventListener(name, told);
  };
  const leave = () => { source?.close(); clearTimeout(timer); timer = undefined; };
  const lookOn = () => { leave(); if (!document.hidden) { listen(); soon(); } };

  setInterval(() => {
    if (document.hidden) return;
    if (source?.readyState !== EventSource.OPEN || Date.now() - last > MINUTE) soon();
  }, POLL);
  place.addEventListener("outdated", soon);
  addEventListener("visibilitychange", lookOn);
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) lookOn(); });
  if (!document.hidden) listen();
}
