// SPDX-License-Identifier: Apache-2.0
// The counter: keys, files, and words when the connection is lost. Lists and acts work without it.
import { sendFile } from "./upload.js";

const page = document;
const told = () => page.getElementById("told");

// One-letter keys: never inside a field, and only while they are switched on (WCAG 2.1.4).
page.addEventListener("keydown", (event) => {
  if (page.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  if (key === "/") {
    page.querySelector("[role=search] input")?.focus();
    event.preventDefault();
  } else if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
  } else if (key === "n") {
    const field = page.querySelector("[data-upload]");
    if (field) field.click();
    else page.querySelector("[data-key=n]")?.click();
  } else if (/^[au]$/.test(key)) {
    page.querySelector(`[data-key=${key}]`)?.click();
  }
});

function move(step) {
  const rows = [...page.querySelectorAll(".req")];
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
  rows[now]?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("summary, .do .btn, [data-upload]") ?? next).focus({ preventScroll: true });
}

// Files: chosen, photographed or dropped.
page.addEventListener("change", (event) => {
  if (event.target.matches("[data-upload]") && event.target.files[0]) take(event.target, event.target.files[0]);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  page.addEventListener(name, (event) => {
    const place = event.target.closest?.(".drop");
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("over", name === "dragover");
    const file = name === "drop" && event.dataTransfer.files[0];
    if (file) take(place.querySelector("input"), file);
  });
}

// To sign in and back to this page.
function signIn(word) {
  const link = page.createElement("a");
  link.className = "btn";
  link.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = word;
  return link;
}

async function take(field, file) {
  const slot = field.closest(".slot");
  const said = slot.querySelector("[data-upload-said]");
  field.closest(".drop").setAttribute("aria-busy", "true");
  said.textContent = field.dataset.saving;
  const sent = await sendFile(file, field.dataset.csrf);
  field.closest(".drop").removeAttribute("aria-busy");
  if (!sent.digest) {
    said.textContent = sent.said ?? field.dataset[sent.fault] ?? field.dataset.failed;
    if (sent.fault === "ended") said.append(" ", signIn(field.dataset.signIn));
    field.value = "";
    return;
  }
  const { case: caseNumber, requirement, position, type } = field.dataset;
  const query = new URLSearchParams({ case: caseNumber, requirement, position, sha256: sent.digest });
  if (type) query.set("type", type);
  await window.htmx.ajax("GET", `/counter/add?${query}`, { target: slot, swap: "innerHTML" });
  const first = slot.querySelector(".half input, .half select") ?? slot.querySelector("button[name=assurance]");
  first?.focus({ preventScroll: true });
  slot.scrollIntoView({ block: "nearest" }); // clear of the bar at the foot, by its scroll margin
}

// Waiting is shown after 300 ms, in words.
page.addEventListener("submit", (event) => {
  const busy = page.getElementById("busy");
  if (busy && event.target.matches("[role=search]")) {
    setTimeout(() => {
      busy.hidden = false;
      page.querySelector(".empty")?.setAttribute("hidden", "");
    }, 300);
  }
});

page.addEventListener("htmx:beforeRequest", (event) => {
  told()?.replaceChildren();
  event.target.setAttribute("aria-busy", "true");
});
page.addEventListener("htmx:afterRequest", (event) => event.target.removeAttribute("aria-busy"));
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  page.addEventListener(name, () => {
    const note = page.createElement("p");
    note.className = "note warn";
    note.textContent = told().dataset.lost;
    told().replaceChildren(note);
  });
}

// The desk in place of a form: its address, and the page that a switch of language comes back to, follow. htmx itself
// would keep pages of people for that. A form on a page of its own is answered with the address alone.
page.addEventListener("htmx:afterRequest", ({ detail }) => {
  const place = detail.successful && detail.xhr.getResponseHeader("HX-Replace-Url");
  if (!place || place === location.pathname + location.search) return;
  if (detail.xhr.status === 204) {
    location.replace(place);
    return;
  }
  history.replaceState(null, "", place);
  for (const field of page.querySelectorAll("header :is([name=next], [name=here])")) field.value = place;
});
page.addEventListener("htmx:afterSwap", () => {
  page.title = page.querySelector("#desk[data-title]")?.dataset.title ?? page.title;
  page.querySelector("[data-focus]")?.focus();
  page.querySelectorAll("[data-outcome][data-rows]").forEach(settle);
});

// A use that has ended can no longer be taken back: its rows say so, as they do after loading the page again.
function settle(note) {
  const ended = note.dataset.rows.split(" ");
  const signed = note.dataset.outcome === "signed";
  for (const row of page.querySelectorAll(".req[data-state=pending]")) {
    if (!ended.includes(row.dataset.row)) continue;
    row.dataset.state = signed ? "used" : "";
    row.querySelector("[data-said]").textContent = signed ? note.dataset.used : "";
  }
}
