// SPDX-License-Identifier: Apache-2.0
// Help on every page that no page depends on: copying digests, printing, moving the focus to faults.
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
