// Tries what is in the form with a photo: seconds against the window, then both pictures.
import { api } from "./api.js";
import { drafted, form } from "./draft.js";
import { showProblems } from "./problems.js";
import { text } from "./texts.js";
import { toast } from "./toast.js";

const section = form.querySelector("[data-test]");
if (section) setUp();

function setUp() {
  section.hidden = false;
  const button = section.querySelector("[data-run]");
  button.addEventListener("click", async () => {
    const [photo] = section.querySelector("input").files;
    if (!photo) {
      toast(text("choose_photo"), { isProblem: true });
      section.querySelector("input").focus();
      return;
    }
    button.disabled = true;
    await run(photo).catch(() => {});
    button.disabled = false;
  });
}

async function run(photo) {
  const draft = await drafted();
  const stop = tick(Number(draft.dataset.window));
  const body = new FormData();
  body.append("slot_payload", draft.dataset.payload);
  body.append("test_image", photo);
  const path = `/api/slots/${section.dataset.test}/test-run`;
  try {
    const headers = { Accept: "application/json" };
    const told = await api("POST", path, { body, headers, quiet: true });
    stop();
    showProblems([]);
    show(photo, told);
  } catch (error) {
    stop();
    await tell(error);
  }
}

function tick(window) {
  const shown = section.querySelector("[data-progress]");
  const bar = document.createElement("progress");
  bar.max = window;
  const words = document.createElement("span");
  words.setAttribute("aria-hidden", "true"); // not every second is read out
  shown.replaceChildren(bar, words);
  bar.setAttribute("aria-label", text("testing"));
  section.querySelector("[data-pictures]").replaceChildren();
  const begin = performance.now();
  const update = () => {
    const seconds = Math.floor((performance.now() - begin) / 1000);
    bar.value = seconds;
    words.textContent = filled(text("elapsed"), { seconds, window });
  };
  update();
  const timer = setInterval(update, 1000);
  return () => { clearInterval(timer); shown.replaceChildren(); };
}

function show(photo, told) {
  const result = `/public/results/${told.job_id}`;
  const pictures = section.querySelector("[data-pictures]");
  pictures.replaceChildren(
    picture(URL.createObjectURL(photo), text("original")),
    picture(result, text("result")),
  );
  say(filled(text("test_done"), {
    seconds: told.completed_in_seconds.toFixed(1),
    provider: (told.timing.provider ?? 0).toFixed(1),
  }));
  form.parentElement.classList.add("glow");
  form.parentElement.addEventListener("animationend", ({ currentTarget }) => {
    currentTarget.classList.remove("glow");
  }, { once: true });
}

async function tell(error) {
  const problems = error.details?.errors ?? [];
  showProblems(problems);
  const words = problems.length || !error.status ? "" : await providersWords();
  const said = words && filled(text("provider_said"), { words });
  say([error.message, ...problems.map((one) => one.problem), said].filter(Boolean).join(". "), "bad");
}

// Guests are never told what a provider says; the list of jobs tells administrators.
async function providersWords() {
  const path = `/api/jobs?source=ui_test&limit=1&slot_id=${section.dataset.test}`;
  const { jobs } = await api("GET", path, { quiet: true }).catch(() => ({ jobs: [] }));
  return jobs[0]?.failure_reason ? jobs[0].attempts.at(-1)?.detail : "";
}

function picture(address, words) {
  const figure = document.createElement("figure");
  const image = document.createElement("img");
  image.src = address;
  image.alt = words;
  const caption = document.createElement("figcaption");
  caption.textContent = words;
  figure.append(image, caption);
  return figure;
}

function say(words, look = "good") {
  const shown = document.createElement("p");
  shown.className = look === "bad" ? "problem" : "done";
  shown.textContent = words;
  section.querySelector("[data-progress]").replaceChildren(shown);
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
