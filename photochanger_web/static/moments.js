// <time data-moment datetime="2026-11-21T12:00:00Z">: is told as by the clock of whoever looks.
const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

export function showMoments(place = document) {
  for (const shown of place.querySelectorAll("time[data-moment]")) {
    shown.textContent = format.format(new Date(shown.dateTime));
  }
}

showMoments();
document.addEventListener("refreshed", () => showMoments());
