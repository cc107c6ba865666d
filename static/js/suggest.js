/* Suggestions under a search field: an editable combobox with a listbox (WAI-ARIA APG). main.js loads this
 * module when such a field gets the focus; without it, or without an answer, the form is sent as it is. */

const PAUSE = 150; // ms without a key before the server is asked
const MIN = 2;

export function attach(field) {
  const list = document.createElement("div");
  const said = document.createElement("div");
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  field.after(list, said);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off";

  let options = [];
  let chosen = -1;
  let timer = 0;
  let request = null;

  function choose(index) {
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    const option = options[chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    choose(-1);
    options = [];
    list.hidden = true;
    list.textContent = said.textContent = "";
    field.setAttribute("aria-expanded", "false");
  }

  function open(html) {
    list.innerHTML = html;
    options = [...list.querySelectorAll("[role='option']")];
    if (!options.length) return close();
    options.forEach((option, index) => (option.id = `${list.id}-${index}`));
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    said.textContent = list.querySelector("[data-said]").dataset.said;
  }

  async function ask() {
    request?.abort();
    const { signal } = (request = new AbortController());
    const query = new URLSearchParams({ q: field.value });
    for (const kind of field.dataset.kinds?.split(" ") ?? []) query.append("type", kind);
    try {
      const answer = await fetch(`${field.dataset.suggestions}?${query}`, { signal });
      const html = answer.ok && !answer.redirected ? await answer.text() : "";
      if (!signal.aborted) open(html);
    } catch {
      if (!signal.aborted) close();
    }
  }

  function later() {
    clearTimeout(timer);
    request?.abort();
    if (field.value.trim().length < MIN) close();
    else timer = setTimeout(ask, PAUSE);
  }

  function move(step) {
    // -1 is the field itself: beyond the last option, and before the first one.
    const places = options.length + 1;
    choose(((chosen + 1 + step + places) % places) - 1);
  }

  field.addEventListener("input", later);
  field.addEventListener("blur", close);
  field.form?.addEventListener("submit", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (list.hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") later();
      return;
    }
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) options[chosen].click();
    else {
      if (event.key === "Home" || event.key === "End") choose(-1);
      return;
    }
    event.preventDefault();
  });
  if (document.activeElement === field && field.value !== field.defaultValue) later();
}
