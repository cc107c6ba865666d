/* Filters of lists: the sheet on phones, blocks that are looked through, and what a swapped list must keep.
 * Everything works without it: the form is sent by its button. */

const phone = matchMedia("(max-width: 59.99rem)");
const byId = (id) => document.getElementById(id);

/* On phones `<a href="#id" data-opens="id">` opens its target as a sheet. */
const STOPS = "input:not([type='hidden']), select, summary, button, a[href]";
function keepInside(event) {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll(STOPS)].filter((stop) => stop.checkVisibility());
  const [edge, other] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
  if (document.activeElement !== edge) return;
  event.preventDefault();
  other.focus();
}
function closed(sheet) {
  sheet.removeAttribute("popover");
  sheet.onkeydown = null;
  /* Closed after a choice, it cannot give the focus back: what opened it was replaced too. */
  const left = document.activeElement;
  if (left === document.body || sheet.contains(left)) document.querySelector(`[data-opens="${sheet.id}"]`)?.focus();
}
function openSheet(sheet) {
  sheet.popover = "auto";
  sheet.showPopover();
  sheet.onkeydown = keepInside;
  sheet.ontoggle = (event) => event.newState === "closed" && closed(sheet);
}
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const sheet = opener && byId(opener.dataset.opens);
  if (!sheet?.showPopover || !phone.matches) return;
  event.preventDefault();
  openSheet(sheet);
  (sheet.querySelector(STOPS) ?? sheet).focus();
});

/* A long block is looked through while somebody types in its field, which is no part of the form. */
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrows]")) return;
  const wanted = plain(target.value.trim());
  for (const label of target.closest("fieldset").querySelectorAll("label")) {
    label.hidden = !plain(label.querySelector("span").textContent).includes(wanted);
  }
});
const apart = (event) => event.target.matches?.("[data-narrows]");
/* Enter sends the form: the change that comes with it need not ask as well. */
let entered = null;
addEventListener("keydown", (event) => {
  entered = event.key === "Enter" ? event.target : null;
  if (entered && apart(event)) event.preventDefault();
}, true);
addEventListener("change", (event) => {
  if (apart(event) || event.target === entered) event.stopPropagation();
}, true);

/* The other values of a block have come: one goes on where they begin. */
addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.matches(".facet")) target.querySelector("[data-narrows], .rest input").focus();
});

/* A chosen filter replaces list and filters: what was open stays open, what was typed stays typed, the focus
 * stays where it was, and the new count is said. */
let kept = null;
addEventListener("htmx:beforeRequest", ({ detail }) => {
  const filters = byId("filtres");
  if (!filters || detail.target?.id !== "liste") return;
  kept = {
    sheet: filters.matches("[popover]") && detail.requestConfig.triggeringEvent?.type === "change",
    opened: [...filters.querySelectorAll("details[open]")].map(({ id }) => id),
    typed: [...filters.querySelectorAll("[data-narrows]")].map(({ id, value }) => [id, value]),
    focused: document.activeElement?.id,
  };
});
addEventListener("htmx:afterSettle", () => {
  const filters = byId("filtres");
  if (!kept || !filters) return;
  const { sheet, opened, typed, focused } = kept;
  kept = null;
  for (const id of opened) if (byId(id)) byId(id).open = true;
  for (const [id, value] of typed) {
    if (!value || !byId(id)) continue;
    byId(id).value = value;
    byId(id).dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (sheet && phone.matches) openSheet(filters);
  /* A chip that was removed cannot keep it: the next one has it, else the title. */
  const next = byId(focused) ?? document.querySelector(".chips a:not(.thumb)") ?? byId("titre-liste");
  if (sheet || document.activeElement === document.body) next.focus();
  byId("annonce").textContent = document.querySelector("#liste output").textContent;
});
