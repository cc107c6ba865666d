// « En bref » by keyboard: j and k go from item to item, o opens, e is done with one. Says what it took.

const items = [...document.querySelectorAll(".brief article")];
const DONE = "brief-done";

const isTyping = (target) => target.isContentEditable || target.closest("input, textarea, select, [role=textbox]");
const isDone = (item) => item.classList.contains("done");
const keyOf = (item) => `${item.dataset.kind}:${item.dataset.id}`;
const current = () => items.indexOf(document.activeElement?.closest?.(".brief article"));

function go(step) {
  for (let index = current() + step; index >= -1 && index < items.length; index += step) {
    if (index >= 0 && !isDone(items[index])) return items[index].querySelector("h3 a").focus();
  }
}

// A folded item stays so when the page is opened again in this tab.
const folded = new Set(JSON.parse(sessionStorage.getItem(DONE) || "[]"));

function finish(item) {
  folded.add(keyOf(item));
  sessionStorage.setItem(DONE, JSON.stringify([...folded]));
  const next = items.slice(items.indexOf(item) + 1).find((other) => !isDone(other));
  item.classList.add("done");
  (next?.querySelector("h3 a") ?? document.querySelector("#fin a")).focus();
}

items.filter((item) => folded.has(keyOf(item))).forEach((item) => item.classList.add("done"));

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
  const item = items[current()];
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "o" && item) item.querySelector("h3 a").click();
  else if (event.key === "e" && item) finish(item);
  else return;
  event.preventDefault();
});

// The time that the page was in sight, said when its end comes into sight.
const took = document.querySelector("[data-took]");
if (took) {
  let seen = 0;
  let since = document.hidden ? null : performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since !== null) seen += performance.now() - since;
    since = document.hidden ? null : performance.now();
  });
  const language = document.documentElement.lang || "fr";
  const said = (value, unit) => new Intl.NumberFormat(language, { style: "unit", unit }).format(value);
  new IntersectionObserver(([entry], observer) => {
    if (!entry.isIntersecting || since === null) return;
    const seconds = Math.max(1, Math.round((seen + performance.now() - since) / 1000));
    const minutes = Math.floor(seconds / 60);
    const time = [minutes && said(minutes, "minute"), seconds % 60 && said(seconds % 60, "second")];
    took.textContent = took.dataset.took.replace("%(time)s", time.filter(Boolean).join(" "));
    took.hidden = false;
    observer.disconnect();
  }).observe(document.querySelector("#a-jour"));
}
