// Replaces what has changed on a page, and nothing else.
import { localise } from "./moments.js";

// Pieces are elements with an id right inside place, and those of lists among them. Where there
// are others than before, all are replaced.
export function replaceChanged(place, html) {
  const coming = new DOMParser().parseFromString(html, "text/html").body;
  localise(coming);
  const focused = document.activeElement?.id;
  replaceIn(place, coming);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function replaceIn(place, coming) {
  const before = [...place.children], after = [...coming.children];
  if (before.map(idOf).join() !== after.map(idOf).join()) return place.replaceChildren(...after);
  before.forEach((piece, number) => {
    const next = after[number];
    if (piece.isEqualNode(next)) return;
    if (piece.classList.contains("rows")) replaceIn(piece, next);
    else piece.replaceWith(next);
  });
}

const idOf = (piece) => piece.id;
