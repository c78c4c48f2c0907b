// How long the session lasts: asked while the page is looked at, and told before it ends. Once it
// has ended, somebody may log in in another tab and go on here with what is filled in.
import { api } from "./api.js";
import { openModal } from "./modal.js";
import { text } from "./texts.js";
import { toast } from "./toast.js";

const MINUTE = 60_000;
const AHEAD = 300; // seconds

const key = document.querySelector('meta[name="csrf-token"]');
let warning, dialog;

if (key.content) {
  document.addEventListener("session-ended", askToLogIn);
  document.addEventListener("visibilitychange", lookOn);
  setInterval(lookOn, MINUTE);
}

function lookOn() {
  if (!document.hidden) inSession().catch(() => {}); // it has been told
}

// Rejects with an ApiError if there is no session, or nobody answers.
export async function inSession() {
  follow(await api("GET", "/parts/session", { quiet: true }));
}

async function stay() {
  follow(await api("POST", "/parts/session"));
  toast(text("stayed"));
}

function follow({ seconds_left: left, may_last: mayLast, csrf_token: current }) {
  key.content = current;
  for (const field of document.querySelectorAll('input[name="csrf_token"]')) {
    field.setAttribute("value", current);
  }
  if (dialog) welcome();
  if (left > AHEAD) {
    warning?.remove();
    warning = undefined;
  } else {
    warning ??= warn(left, mayLast);
  }
}

function warn(left, mayLast) {
  const end = new Date(Date.now() + left * 1000);
  const time = end.toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit",
  });
  const words = text(mayLast ? "session_ends" : "session_ends_anyway").replace("{time}", time);
  const action = mayLast ? { words: text("stay"), run: () => stay().catch(() => {}) } : undefined;
  return toast(words, { action, isLasting: true });
}

function askToLogIn() {
  warning?.remove();
  if (dialog?.open) return;
  dialog = document.createElement("dialog");
  dialog.className = "card ended";
  dialog.setAttribute("aria-labelledby", "ended-title");
  const here = encodeURIComponent(location.pathname + location.search);
  dialog.append(
    made("h2", text("session_ended"), { id: "ended-title" }),
    made("p", text("session_ended_more")),
    choices(
      made("a", text("log_in_here"), { className: "button", href: `/login?next=${here}` }),
      made("a", text("log_in_aside"), { className: "primary", href: "/login", target: "_blank" }),
    ),
  );
  openModal(dialog);
}

function welcome() {
  dialog.close();
  dialog = undefined;
  toast(text("logged_in_again"));
}

function choices(...ways) {
  const place = made("p", "", { className: "choices" });
  place.append(...ways);
  return place;
}

function made(tag, words, properties = {}) {
  const element = Object.assign(document.createElement(tag), properties);
  element.textContent = words;
  return element;
}
