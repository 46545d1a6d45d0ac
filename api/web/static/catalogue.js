// SPDX-License-Identifier: Apache-2.0
// Lists as files: sent as they are, looked over on the server, never kept before somebody asks for it.
// Without this module a list is pasted, and everything else is the same.
const KINDS = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  csv: "text/csv",
  json: "application/json",
};
const MOST = 10 * 1024 * 1024;
const FORM = 60_000;
let last = null;

function ready() {
  for (const one of document.querySelectorAll("[data-scripted]")) one.hidden = false;
}

function say(form, word) {
  const place = form.querySelector("[data-said]");
  if (place) place.textContent = form.dataset[word] || word;
}

/** The chosen file, `null` where none is, `undefined` where it is none that can be sent (which is said). */
function chosen(form) {
  const file = form.querySelector("[data-file]")?.files[0];
  if (!file) return pasted(form.elements.text.value);
  const kind = KINDS[file.name.toLowerCase().split(".").pop()];
  if (!kind || file.size > MOST) {
    say(form, kind ? "large" : "kind");
    return undefined;
  }
  return { file, kind };
}

/** Pasted text that is too long for a form, as a file; `null` for less. */
function pasted(text) {
  if (encodeURIComponent(text).length < FORM) return null;
  const kind = /^\s*[[{]/.test(text) ? KINDS.json : KINDS.csv;
  return { file: new Blob([text]), kind };
}

function address(form, submitter) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (!["csrf", "here", "text"].includes(name)) query.set(name, value);
  if (submitter?.name) query.set(submitter.name, submitter.value);
  return `${form.getAttribute("action")}?${query}`;
}

async function send(form, submitter, list) {
  form.setAttribute("aria-busy", "true");
  say(form, "working");
  try {
    const answer = await fetch(address(form, submitter), {
      method: "POST",
      body: list.file,
      headers: { "Content-Type": list.kind, "X-CSRF-Token": form.elements.csrf.value, Accept: "text/html" },
    });
    if (answer.redirected) location.assign(answer.url);
    else if (answer.headers.get("Content-Disposition")) await keep(answer);
    else show(await answer.text(), list);
  } catch {
    say(form, "lost");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function keep(answer) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function show(text, list) {
  const other = new DOMParser().parseFromString(text, "text/html");
  document.querySelector("main").replaceWith(other.querySelector("main"));
  document.title = other.title;
  last = list;
  ready();
  scrollTo(0, 0);
  document.querySelector("main [data-focus]")?.focus();
}

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-file]")) return;
  const form = event.target.form;
  const list = chosen(form);
  if (list) say(form, list.file.name);
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    let list = null;
    if ("list" in form.dataset) list = chosen(form);
    else if ("again" in form.dataset || "download" in form.dataset) list = last;
    if (list === null) return;
    event.preventDefault();
    if (list && form.getAttribute("aria-busy") !== "true") send(form, event.submitter, list);
  },
  true,
);

ready();
