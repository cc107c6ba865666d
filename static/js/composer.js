/* Composer: grows with its text, and keeps the text when the session ends while somebody writes.
 *
 * `<form data-draft-key="thread-12">`: its text fields are kept in sessionStorage under that key. Sent and then
 * shown empty again, the form was accepted: the draft is forgotten. Sent and answered by a sign-in or error page
 * (main.js marks it as not sent), it comes back when the form does.
 */

const PREFIX = "draft:";
const FIELDS = "textarea[name], input[type='text'][name], input[data-rich-html]";

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key)) ?? {};
  } catch {
    return {};
  }
}

function write(key, draft) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
  } catch {
    /* No room or no storage: writing goes on without a safety net. */
  }
}

function fields(form) {
  /* What is formatted stands in a hidden field, which comes after the text it belongs to. */
  return [...form.querySelectorAll(FIELDS)].sort((a, b) => (a.type === "hidden") - (b.type === "hidden"));
}

function keep(form, sent = false) {
  const texts = Object.fromEntries(fields(form).filter((f) => f.value.trim()).map((f) => [f.name, f.value]));
  if (Object.keys(texts).length) write(form.dataset.draftKey, { sent, texts });
  else sessionStorage.removeItem(PREFIX + form.dataset.draftKey);
}

function restore(form) {
  const key = form.dataset.draftKey;
  const draft = read(key);
  if (!draft.texts) return;
  const answered = fields(form).some((field) => field.defaultValue.trim() && field.defaultValue === draft.texts[field.name]);
  if (draft.sent && !answered && !form.querySelector("[aria-invalid]")) {
    sessionStorage.removeItem(PREFIX + key);
    return;
  }
  let restored = false;
  for (const field of fields(form)) {
    const text = draft.texts[field.name];
    if (!text || field.value.trim()) continue;
    if (field.type === "hidden" && !restored) continue; /* formatting of a text that did not come back */
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    restored = true;
  }
  const message = form.querySelector("[data-draft-kept]");
  if (restored && message) message.hidden = false;
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.rows = Math.min(30, Math.max(area.rows, area.value.split("\n").length + 1));
}

for (const form of document.querySelectorAll("form[data-draft-key]")) {
  restore(form);
  form.addEventListener("input", (event) => {
    keep(form);
    if (event.target.matches("textarea")) grow(event.target);
  });
  form.addEventListener("submit", () => keep(form, true));
  form.addEventListener("reset", () => sessionStorage.removeItem(PREFIX + form.dataset.draftKey));
}
