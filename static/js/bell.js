/* The bell's count, asked again once a minute while the page is looked at. Without it: as the page was loaded. */

const MINUTE = 60_000;
const bell = document.querySelector("[data-unread-count]");
let asked = Date.now();

function show(unread) {
  const text = unread > 99 ? "99+" : String(unread);
  const { labelNone, labelSome } = bell.dataset;
  bell.dataset.unreadCount = unread;
  bell.setAttribute("aria-label", unread ? labelSome.replace("%(n)s", text) : labelNone);
  const number = bell.querySelector(".n");
  number.textContent = text;
  number.hidden = !unread;
}

async function ask() {
  if (document.hidden || Date.now() - asked < MINUTE) return;
  asked = Date.now();
  try {
    const answer = await fetch(bell.dataset.countUrl, { headers: { Accept: "application/json" } });
    if (answer.ok) show((await answer.json()).unread);
  } catch {
    /* No network: the count stays as it was. */
  }
}

if (bell) {
  setInterval(ask, MINUTE);
  document.addEventListener("visibilitychange", ask);
}
