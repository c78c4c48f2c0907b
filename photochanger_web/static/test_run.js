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
  form.querySelector("[data-without-scripts]").hidden = true;
  const button = section.querySelector("[data-run]");
  section.querySelector("input").addEventListener("change", ({ target }) => choose(target.files[0]));
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

function choose(photo) {
  if (!photo) return;
  section.querySelector("[data-chosen]").textContent = photo.name;
  section.querySelector("[data-progress]").replaceChildren();
  section.querySelector("[data-pictures]").replaceChildren(original(photo));
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
    await show(photo, told);
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
  section.querySelector("[data-pictures]").querySelector("figure + figure")?.remove();
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

async function show(photo, told) {
  const result = `/public/results/${told.job_id}`;
  const pictures = section.querySelector("[data-pictures]");
  pictures.replaceChildren(
    original(photo),
    picture(result, text("result")),
  );
  const spent = Object.entries(told.timing).map(([step, ms]) =>
    `${text(`step_${step}`)} ${inSeconds(ms / 1000)}`);
  say(`${filled(text("test_done"), { seconds: inSeconds(told.completed_in_seconds) })} ${spent.join(", ")}`);
  await pictures.lastElementChild.firstChild.decode().catch(() => {}); // then it has its height
  pictures.scrollIntoView({ block: "nearest" });
  form.parentElement.classList.add("glow");
  form.parentElement.addEventListener("animationend", ({ currentTarget }) => {
    currentTarget.classList.remove("glow");
  }, { once: true });
}

async function tell(error) {
  const problems = error.details?.errors ?? [];
  showProblems(problems);
  const words = error.details?.job_id && await providersWords(error.details.job_id);
  const said = words && filled(text("provider_said"), { words });
  say([error.message, ...problems.map((one) => one.problem), said].filter(Boolean).join(". "), "bad");
}

// Guests are never told what a provider says; whoever may test the slot is.
async function providersWords(jobId) {
  const path = `/parts/slots/${section.dataset.test}/tests/${jobId}`;
  return (await api("GET", path, { quiet: true }).catch(() => ({}))).words;
}

const original = (photo) => picture(URL.createObjectURL(photo), text("original"));

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

function inSeconds(seconds) {
  return seconds.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
