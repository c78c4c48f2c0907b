// <strong data-countdown="90" data-after="Words">: counts down to 0:00, silently; then the words take
// the place of what it stands in.
for (const shown of document.querySelectorAll("[data-countdown]")) {
  const end = performance.now() + Number(shown.dataset.countdown) * 1000;
  shown.setAttribute("role", "timer");
  shown.setAttribute("aria-live", "off");
  const tick = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    clearInterval(tick);
    if (shown.dataset.after) shown.parentElement.textContent = shown.dataset.after;
  }, 1000);
}
