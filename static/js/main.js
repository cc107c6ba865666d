/* On every page. Everything works without it: this only makes things quicker. */

/* The bell, for who is signed in. */
const bell = document.querySelector("[data-unread-count]");
if (bell) import(bell.dataset.script);

/* « / » goes to the search field, unless somebody is writing. */
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("[aria-keyshortcuts='/']");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

/* A field that gets the focus learns to suggest. */
async function teach(field) {
  const address = field?.dataset?.suggest;
  if (!address) return;
  delete field.dataset.suggest;
  (await import(address)).attach(field);
}
addEventListener("focusin", (event) => teach(event.target));
teach(document.activeElement);

/* Menus close on Escape and when somebody looks elsewhere. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* A form is sent once. The button wakes up again when the page is shown again (back, time-out). */
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* Signed out on a shared computer, « back » must show nothing of the former reader. Browsers keep pages as they
 * were left: such a page is hidden while it is away, and shown again to the same reader only. The last page that
 * was loaded says who reads. */
const reader = document.querySelector("[data-reader]")?.dataset.reader ?? "";
function remember() {
  try {
    localStorage.setItem("reader", reader);
  } catch {
    /* No storage: a page that was kept is loaded again. */
  }
}
function isSameReader() {
  try {
    return localStorage.getItem("reader") === reader;
  } catch {
    return false;
  }
}
remember();
addEventListener("pagehide", (event) => {
  if (event.persisted && reader) document.documentElement.style.visibility = "hidden";
});
addEventListener("pageshow", (event) => {
  if (!event.persisted || !reader) return;
  if (isSameReader()) document.documentElement.style.visibility = "";
  else location.reload();
});

/* Drafts (composer.js) belong to one person: signing out forgets them. A page that asks to sign in, or an
 * error page, means that what was sent did not arrive: its text is kept for later. */
const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));
addEventListener("submit", (event) => {
  if (event.target.matches("[data-forget-drafts]")) drafts().forEach((key) => sessionStorage.removeItem(key));
});
if (document.querySelector("input[type='password'], body.error-page")) {
  for (const key of drafts()) {
    sessionStorage.setItem(key, sessionStorage.getItem(key).replace('"sent":true', '"sent":false'));
  }
}

/* After a refused form, reading starts at what to correct. */
document.querySelector("[data-errors]")?.focus();

/* htmx: an answer that is not a fragment of this page (signed out, error) is shown as the page that it is. */
addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status === 429 && requestConfig.verb === "post") event.detail.shouldSwap = true; // a sentence
  if (xhr.status < 400 || requestConfig.verb !== "get") return;
  event.detail.shouldSwap = false;
  location.assign(xhr.responseURL || requestConfig.path);
});
