/* Formatting on demand. A message is written as plain text; one button turns it into a small rich editor, which
 * is heavy and therefore fetched only then. The plain text stays in the text area (drafts, no script), the HTML
 * goes into the form's hidden field.
 *
 * Plain text and what is pasted from Word, Google Docs or web pages is read by the server, as a message is: the
 * editor knows every element that the server may answer, and rewrites nothing while somebody types.
 */

const TOOLS = [
  ["bold", "toggleBold", "bold"],
  ["italic", "toggleItalic", "italic"],
  ["list", "toggleBulletList", "bulletList"],
  ["numbers", "toggleOrderedList", "orderedList"],
  ["quote", "toggleBlockquote", "blockquote"],
  ["superscript", "toggleSuperscript", "superscript"],
  ["subscript", "toggleSubscript", "subscript"],
  ["strike", "toggleStrike", "strike"],
];
const EXTENSIONS = [
  "Document", "Paragraph", "Text", "HardBreak", "Bold", "Italic", "Strike", "Superscript", "Subscript",
  "BulletList", "OrderedList", "ListItem", "Blockquote", "Link", "Table", "TableRow", "TableHeader", "TableCell",
  "History",
];
const AS_IT_STANDS = { preserveWhitespace: "full" };

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

async function read(form, fields) {
  /* HTML as the server makes it of plain text (body) or of HTML. */
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  data.set("preview", "1");
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  const answer = await fetch(settings.richPreview, { method: "POST", body: data });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const text = answer.ok && page.querySelector(".text-preview .text");
  if (!text) throw new Error(answer.statusText);
  return text.innerHTML;
}

function pasted(editor, form, event) {
  const clipboard = event.clipboardData;
  const text = clipboard?.getData("text/plain") ?? "";
  const html = clipboard?.getData("text/html") ?? "";
  if (!html || html.includes("data-pm-slice")) return false; /* of this editor itself */
  const fragment = html.match(/<!--StartFragment-->([^]*)<!--EndFragment-->/)?.[1] ?? html;
  const insert = (content) => editor.chain().focus().insertContent(content, { parseOptions: AS_IT_STANDS }).run();
  event.preventDefault();
  read(form, { body: " ", html: fragment })
    .then(insert)
    .catch(() => insert(asHtml(text)));
  return true;
}

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function unstyled(table) {
  /* The library's own tables have a style attribute, which the Content-Security-Policy refuses. */
  return table.extend({ renderHTML: () => ["table", ["tbody", 0]] });
}

async function open(area, hidden, content, focus) {
  const [library, html] = await Promise.all([import(settings.richEditor), content]);
  const label = area.labels[0]?.textContent ?? settings.label;
  const box = element("div", { className: "rich" });
  const editor = new library.Editor({
    element: box,
    injectCSS: false,
    content: html,
    parseOptions: AS_IT_STANDS,
    enableInputRules: false, /* « - 5 kg » and « > 65 ans » stay what they are */
    enablePasteRules: false,
    extensions: EXTENSIONS.map((name) => (name === "Table" ? unstyled(library.Table) : library[name])),
    editorProps: {
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label },
      /* Before the editor parses what is pasted: styles in it would be refused by the policy, aloud. */
      handleDOMEvents: { paste: (view, event) => pasted(editor, area.form, event) },
    },
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
  const before = hidden.value || hidden.dataset.richHtml;
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
    const typed = area.value;
    start(typed.trim() && read(area.form, { body: typed }).catch(() => asHtml(typed)), true);
  });
  area.after(button);
  if (before) start(before, false);
}

if (settings) {
  document.head.append(element("link", { rel: "stylesheet", href: settings.richStyle }));
  document.querySelectorAll("textarea[data-rich-text]").forEach(prepare);
}
