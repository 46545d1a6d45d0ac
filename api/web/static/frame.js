// SPDX-License-Identifier: Apache-2.0
// Help on every page that no page depends on: copying digests, printing, moving the focus to faults, carrying what was
// typed through a switch.
const page = document;

page.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const name = button.getAttribute("aria-label");
    button.setAttribute("aria-label", button.dataset.done);
    button.classList.add("done");
    setTimeout(() => {
      button.setAttribute("aria-label", name);
      button.classList.remove("done");
    }, 3000);
  }
  if (button.hasAttribute("data-print")) window.print();
});

page.querySelector("[data-focus]")?.focus();

// A form is sent once: a second press while the first is under way does nothing (the server would know too).
// One that downloads leaves the page as it is, and may be pressed again.
page.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented || "download" in form.dataset) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of page.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A switch of language or size loads the page anew. What was typed goes along in this tab, for that one load of that
// one page: written as the switch is pressed, gone as soon as any page of ours is there.
const CARRIED = "once.carried";
const SOON = 30_000;
const TYPED = "main :is(textarea, select, input:not([type=hidden], [type=password], [type=file]))";
const ticks = (field) => field.type === "checkbox" || field.type === "radio";

/** Fields that somebody types into, each with a key that the page in another language gives it too. */
function typed() {
  const seen = new Map();
  const keyed = (field) => {
    const key = JSON.stringify([field.form.getAttribute("action"), field.name, ticks(field) && field.value]);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return [`${key} ${seen.get(key)}`, field];
  };
  return [...page.querySelectorAll(TYPED)].filter((field) => field.form && field.name).map(keyed);
}

function carry(form) {
  const own = page.querySelector("form[data-own-page] [name=here]"); // a form that came later has a page of its own
  if (own) form.elements.next.value = own.value;
  const { pathname, search } = new URL(form.elements.next.value, location.href);
  const said = typed().map(([key, field]) => [key, ticks(field) ? field.checked : field.value]);
  if (said.length) sessionStorage.setItem(CARRIED, JSON.stringify({ to: pathname + search, at: Date.now(), said }));
}

function takeUp() {
  const text = sessionStorage.getItem(CARRIED);
  sessionStorage.removeItem(CARRIED);
  const kept = text && JSON.parse(text);
  if (!kept || kept.to !== location.pathname + location.search || Date.now() - kept.at > SOON) return;
  const said = new Map(kept.said);
  for (const [key, field] of typed()) {
    const value = said.get(key);
    if (value === undefined || value === (ticks(field) ? field.checked : field.value)) continue;
    if (field.options && ![...field.options].some((one) => one.value === value)) continue;
    if (ticks(field)) field.checked = value;
    else field.value = value;
    const folded = field.closest("details");
    if (folded && value) folded.open = true;
  }
}

page.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/preferences" || event.defaultPrevented) return;
  try {
    carry(event.target);
  } catch {
    // no storage, or too much for it: the switch does without
  }
});
try {
  takeUp();
} catch {
  // no storage
}
