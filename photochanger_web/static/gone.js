// Shows, in place of all there was, why it is not here any more.
const main = document.getElementById("content");

export function showGone(parts, title) {
  const hadFocus = main.contains(document.activeElement);
  main.replaceChildren(...parts);
  main.querySelector("[data-gone]")?.setAttribute("role", "alert");
  document.title = title;
  if (hadFocus) main.focus();
}

// What the page has brought along for its own end.
export function showOver() {
  const over = document.getElementById("over");
  if (over) showGone([...over.content.cloneNode(true).children], over.dataset.title);
}

// What the server has answered.
export function showRefusal(html) {
  const coming = new DOMParser().parseFromString(html, "text/html");
  showGone([...coming.getElementById("content").children], coming.title);
}
