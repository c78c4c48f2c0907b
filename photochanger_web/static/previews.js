// <img data-preview>: where none comes, its place stays as it is before one comes. It is asked for
// once more, as there may have been too many at once.
const AGAIN = 10_000; // milliseconds

const tried = new WeakSet();

function missing(preview) {
  preview.classList.add("missing"); // not hidden: what has no box is not loaded lazily
  if (tried.has(preview)) return;
  tried.add(preview);
  setTimeout(() => { preview.src = preview.src; }, AGAIN);
}

const isPreview = ({ target }) => target.matches?.("img[data-preview]");
document.addEventListener("error", (event) => {
  if (isPreview(event)) missing(event.target);
}, true);
document.addEventListener("load", (event) => {
  if (isPreview(event)) event.target.classList.remove("missing");
}, true);
for (const preview of document.querySelectorAll("img[data-preview]")) {
  if (preview.complete && preview.naturalWidth === 0) missing(preview);
}
