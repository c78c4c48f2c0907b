// <time datetime="…" data-local>: a moment in the zone of whoever looks. The server writes UTC.
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const format = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium" });

export function localise(place) {
  for (const shown of place.querySelectorAll("time[data-local]")) {
    shown.title = shown.textContent;
    shown.textContent = format.format(new Date(shown.dateTime));
  }
}

localise(document);
