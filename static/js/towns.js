/* Names of towns while one is typed, in the browser's own list. main.js loads this module when the field gets
 * the focus; without it the server understands what was typed. */

const PAUSE = 150; // ms without a key before the server is asked
const MIN = 2;

export function attach(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-communes`;
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let request = null;

  async function ask() {
    request = new AbortController();
    try {
      const address = `${field.dataset.suggestions}?q=${encodeURIComponent(field.value.trim())}`;
      const answer = await fetch(address, { signal: request.signal });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch {
      /* Left, or no network: the field is a plain one. */
    }
  }

  function later() {
    clearTimeout(timer);
    request?.abort();
    if (field.value.trim().length >= MIN) timer = setTimeout(ask, PAUSE);
  }

  field.addEventListener("input", later);
  if (field.value !== field.defaultValue) later(); // typed while this module was loading
}
