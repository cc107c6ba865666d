/* Formatting on demand. A message is written as plain text; one button turns it into a small rich editor, which
 * is heavy and therefore fetched only then. The plain text stays in the text area (drafts, no script), the HTML
 * goes into the form's hidden field.
 */

const TOOLS = [
  ["bold", "toggleBold", "bold"],
  ["italic", "toggleItalic", "italic"],
  ["list", "toggleBulletList", "bulletList"],
  ["numbers", "toggleOrderedList", "orderedList"],
  ["quote", "toggleBlockquote", "blockquote"],
];

const settings = document.querySelector("template[data-rich-editor]")?.dataset;

function escape(text) {
  const box = document.createElement("div");
  box.textContent = text;
  return box.innerHTML;
}

function asHtml(text) {
  const blocks = text.trim().split(/\n\s*\n/);
  return blocks.map((block) => `<p>${block.split("\n").map(escape).join("<br>")}</p>`).join("");
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function open(area, hidden, content, focus) {
  const library = await import(settings.richEditor);
  const label = area.labels[0]?.textContent ?? settings.label;
  const box = element("div", { className: "rich" });
  const editor = new library.Editor({
    element: box,
    injectCSS: false,
    content,
    extensions: ["Document", "Paragraph", "Text", "HardBreak", "Bold", "Italic", "BulletList", "OrderedList", "ListItem", "Blockquote", "Link", "History"].map((name) => library[name]),
    editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label } },
  });
  const bar = element("div", { className: "tools", role: "toolbar", ariaLabel: settings.label });
  for (const [key, command] of TOOLS) {
    const button = element("button", { type: "button", className: "link", ariaPressed: "false" }, settings[key]);
    button.addEventListener("click", () => editor.chain().focus()[command]().run());
    bar.append(button);
  }
  const refresh = () => TOOLS.forEach(([, , mark], at) => (bar.children[at].ariaPressed = editor.isActive(mark)));
  const sync = () => {
    hidden.value = editor.isEmpty ? "" : editor.getHTML();
    area.value = editor.getText({ blockSeparator: "\n\n" }).replace(/\n{3,}/g, "\n\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  editor.on("update", sync);
  editor.on("transaction", refresh);
  area.hidden = true;
  area.after(bar, box);
  hidden.value = editor.isEmpty ? "" : editor.getHTML();
  if (focus) editor.commands.focus("end");
}

function prepare(area) {
  const hidden = area.form.querySelector("[data-rich-html]");
  if (!hidden || !settings) return;
  const before = hidden.dataset.richHtml || hidden.defaultValue;
  hidden.value = "";
  const button = element("button", { type: "button", className: "link rich-open" }, settings.open);
  const start = (content, focus) => {
    area.readOnly = true; /* what is typed while the editor comes would be lost */
    return open(area, hidden, content, focus)
      .then(() => button.remove(), () => (button.disabled = false))
      .finally(() => (area.readOnly = false));
  };
  button.addEventListener("click", () => {
    button.disabled = true;
    start(asHtml(area.value), true);
  });
  area.after(button);
  if (before) start(before, false);
}

if (settings) {
  document.head.append(element("link", { rel: "stylesheet", href: settings.richStyle }));
  document.querySelectorAll("textarea[data-rich-text]").forEach(prepare);
}
