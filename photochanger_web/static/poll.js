// Asks the server again and again, politely: not while nobody looks, less and less often while it
// does not answer, and not before it wants to be asked.
const SLOWEST = 60_000; // milliseconds
const SPREAD = 0.2; // of the time: those who began together are not to ask together

export class NotNow extends Error {
  // Thrown by what is asked, if there is no answer.
  constructor(response) {
    super(String(response.status));
    this.wait = 1000 * (Number(response.headers.get("retry-after")) || 0);
  }
}

// Calls ask, which returns a promise, every so many milliseconds. What it returns stops that.
export function poll(ask, every) {
  const offline = document.getElementById("offline");
  let timer, failures = 0, isAsking = false, isOver = false;

  const later = (least = 0) => {
    clearTimeout(timer);
    if (document.hidden || isOver) return;
    const wait = Math.max(least, Math.min(every * 2 ** failures, SLOWEST));
    timer = setTimeout(turn, wait * (1 + Math.random() * SPREAD));
  };
  const turn = async () => {
    clearTimeout(timer);
    if (document.hidden || isAsking || isOver) return;
    isAsking = true;
    let least = 0;
    try {
      await ask();
      failures = 0;
    } catch (error) {
      failures += 1;
      least = error.wait;
    }
    isAsking = false;
    offline.hidden = failures === 0;
    later(least);
  };
  for (const back of ["visibilitychange", "online"]) addEventListener(back, turn);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) turn(); });
  addEventListener("offline", () => { offline.hidden = isOver; });
  later();
  return () => { isOver = true; clearTimeout(timer); };
}
