// Replaces what has changed on a page, and nothing else.

// Pieces are elements with an id right inside place, and those of lists among them. Where there
// are others than before, all are replaced.
export function replaceChanged(place, html) {
  const coming = new DOMParser().parseFromString(html, "text/html").body;
  const focused = document.activeElement?.id;
  replaceIn(place, coming);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function replaceIn(place, coming) {
  const before = [...place.children], after = [...coming.children];
  if (before.map(idOf).join() !== after.map(idOf).join()) return place.replaceChildren(...after);
  before.forEach((piece, number) => {
    const next = after[number];
    keepOpen(piece, next);
    if (piece.isEqualNode(next)) return;
    if (piece.classList.contains("rows")) replaceIn(piece, next);
    else piece.replaceWith(next);
  });
}

// What somebody has opened stays open.
function keepOpen(piece, next) {
  for (const { id } of piece.querySelectorAll("details[id][open]")) {
    next.querySelector(`#${id}`)?.setAttribute("open", "");
  }
}

const idOf = (piece) => piece.id;
