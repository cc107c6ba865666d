/* A link to a message (`?page=2#message-7`) whose page has changed since: the message's own URL knows where it is. */
const message = location.hash.match(/^#message-(\d+)$/);
if (message && !document.getElementById(message[0].slice(1))) {
  location.replace(document.querySelector("[data-message-url]").dataset.messageUrl.replace("/0/", `/${message[1]}/`));
}
