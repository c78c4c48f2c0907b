// <time datetime="…" data-until>: how long it is until then, by the clock of the server; says "over"
// when it is. <time datetime="…" data-clock>: what time it was then, where the guest is.
const { now, hours } = document.getElementById("content").dataset;
const HOUR = 3600;
// Clocks of phones are wrong; but unlike other timers they go on while the phone sleeps.
const ahead = Date.now() - Date.parse(now);

export function tell(place) {
  for (const shown of place.querySelectorAll("[data-until]")) put(shown, words(secondsLeft(shown)));
  for (const shown of place.querySelectorAll("[data-clock]")) put(shown, clock(shown.dateTime));
}

function put(shown, said) {
  if (shown.textContent !== said) shown.textContent = said;
}

const secondsLeft = (shown) => (Date.parse(shown.dateTime) - Date.now() + ahead) / 1000;

function words(left) {
  const seconds = Math.max(0, Math.ceil(left));
  if (seconds >= HOUR) return hours.replace("#", Math.floor(seconds / HOUR));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function clock(moment) {
  const shown = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, shown);
}

function tick() {
  tell(document);
  for (const shown of document.querySelectorAll("[data-until]")) {
    if (secondsLeft(shown) < 0) shown.dispatchEvent(new Event("over", { bubbles: true }));
  }
}

if (now) {
  tick();
  setInterval(tick, 1000);
  for (const back of ["visibilitychange", "pageshow"]) addEventListener(back, tick);
}
