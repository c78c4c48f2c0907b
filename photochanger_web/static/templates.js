// Templates of a slot: uploaded by choosing or dropping them, taken away without a round trip.
import { api } from "./api.js";
import { form } from "./draft.js";
import { text } from "./texts.js";
import { toast } from "./toast.js";
import { changed } from "./unsaved.js";

const TYPES = ["image/jpeg", "image/png", "image/webp"];
const section = form.querySelector("[data-templates]");
const list = section.querySelector("[data-list]");
const drop = section.querySelector("[data-drop]");
const file = drop?.querySelector("input");
let place = list.children.length;

if (drop) setUp(); // else there is nothing to be changed

function setUp() {
  drop.querySelector("[data-upload]").hidden = true;
  file.multiple = true;
  drop.classList.add("live");
  file.addEventListener("change", () => uploadAll([...file.files]));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    uploadAll([...event.dataTransfer.files]);
  });
}

section.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  event.preventDefault();
  button.closest("li").remove();
  number();
  changed();
  file.focus();
});

async function uploadAll(files) {
  for (const one of files) await upload(one);
  file.value = ""; // it is not to be sent once more with the form
}

async function upload(one) {
  if (!TYPES.includes(one.type)) return toast(text("not_a_picture"), { isProblem: true });
  drop.setAttribute("aria-busy", "true");
  try {
    const body = new FormData();
    body.append("file", one);
    const told = await api("POST", "/api/template-media/register", { body });
    add(told.template_media_id);
  } catch {
    // it has been told
  } finally {
    drop.removeAttribute("aria-busy");
  }
}

function add(mediaId) {
  const made = section.querySelector("[data-new]").content.cloneNode(true);
  for (const one of made.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      one.setAttribute(name, value.replaceAll("PLACE", place).replaceAll("MEDIA", mediaId));
    }
  }
  const picture = made.querySelector("img");
  picture.src = picture.dataset.src;
  list.append(made);
  place += 1;
  number();
  changed();
}

function number() {
  [...list.children].forEach((item, index) => {
    const words = text("image").replace("{number}", index + 2);
    item.querySelector("label").textContent = words;
    item.querySelector("img").alt = words;
  });
}
