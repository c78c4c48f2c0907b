// <a data-retry="5">: opens the page again after so many seconds, not all guests at once.
for (const again of document.querySelectorAll("[data-retry]")) {
  const seconds = Number(again.dataset.retry) * (1 + Math.random());
  setTimeout(() => location.reload(), seconds * 1000);
}
