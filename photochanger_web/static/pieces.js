// Replaces what has changed on a page, and nothing else.
import { localise } from "./moments.js";

// Pieces are elements with an id right inside place. Those of lists, and of pieces that say so
// (data-pieces), are pieces, too. What stays is not touched: it keeps its focus and its pictures.
export function replaceChanged(place, html) {
  const coming = new DOMParser().parseFromString(html, "text/html").body;
  localise(coming);
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  replaceIn(place, coming);
  if (!focused || document.activeElement === focused) return;
  const again = focused.id && document.getElementById(focused.id);
  (again || document.getElementById("content")).focus({ preventScroll: true });
}

function replaceIn(place, coming) {
  const known = new Map([...place.children].map((piece) => [piece.id, piece]));
  const pieces = [...coming.children].map((next) => merged(known.get(next.id), next));
  const kept = new Set(pieces);
  for (const piece of [...place.children]) if (!kept.has(piece)) piece.remove();
  pieces.forEach((piece, number) => {
    const here = place.children[number] ?? null;
    if (here !== piece) place.insertBefore(piece, here);
  });
}

function merged(piece, next) {
  if (!piece || piece.isEqualNode(next)) return piece ?? next;
  if (piece.classList.contains("rows") || "pieces" in piece.dataset) replaceIn(piece, next);
  else piece.replaceWith(next);
  return piece.isConnected ? piece : next;
}
