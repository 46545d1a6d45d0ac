// SPDX-License-Identifier: Apache-2.0
// The state is fetched anew by htmx: say when that fails, keep what was seen, and say aloud what changes.
const page = document;
const lost = page.querySelector("[data-lost] > *");
const said = page.querySelector("[data-said]");
const headline = () => page.querySelector("[data-headline]")?.textContent ?? "";
let last = headline();

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  page.addEventListener(name, () => { lost.hidden = false; });
}
page.addEventListener("htmx:afterSwap", () => {
  lost.hidden = true;
  if (headline() !== last) said.textContent = last = headline();
});
