"""The forms that pages show, read from their HTML as a browser reads them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

TEXT = {"text", "search", "email", "url", "tel", "number", "date", "textarea"}


@dataclass
class Field:
    name: str
    kind: str  # an input's type, "textarea" or "select"
    value: str = ""
    # Whether a browser sends it when nobody touches it.
    sent: bool = True
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    # The button that sends it: « action=join » and « action=leave » are two forms.
    button: tuple[str, str] | None = None

    def data(self) -> dict[str, list[str]]:
        """What is sent when nothing is touched."""
        data: dict[str, list[str]] = {}
        for one in self.fields:
            if one.sent:
                data.setdefault(one.name, []).append(one.value)
        if self.button:
            data[self.button[0]] = [self.button[1]]
        return data

    def typed(self) -> list[Field]:
        return [one for one in self.fields if one.kind in TEXT]

    @property
    def shape(self) -> tuple:
        return frozenset(one.name for one in self.fields), self.button


def forms_of(html: str, address: str) -> list[Form]:
    """The forms of a page that send to this site."""
    reader = _Reader(address)
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self, address: str):
        super().__init__(convert_charrefs=True)
        self.address, self.forms = address, []
        self.open: list[Form] = []
        self.area: Field | None = None
        self.nameless = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urlsplit(urljoin(self.address, given.get("action", "")))
            address = action.path + (f"?{action.query}" if action.query else "")
            self.open = [Form(address, given.get("method", "get").lower())]
            self.forms += self.open
            self.nameless = False  # whether a button without a name sends it
        elif self.open and tag == "button" and not given.get("name"):
            self.nameless = self.nameless or given.get("type", "submit") == "submit"
        elif self.open and given.get("name") and "disabled" not in given:
            self._control(tag, given)
        elif self.area and tag == "option" and self.area.kind == "select":
            self._option(given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self.open[0], given["name"]
        kind = given.get("type", "submit" if tag == "button" else "text") if tag != "textarea" else tag
        if tag == "select":
            kind = "select"
        if kind in ("submit", "button", "image"):
            self._button(name, given.get("value", ""))
            return
        touched = kind in ("checkbox", "radio") and "checked" not in given
        made = Field(name, kind, given.get("value", "on" if kind == "checkbox" else ""), not touched)
        form.fields.append(made)
        self.area = made if tag in ("textarea", "select") else None

    def _button(self, name: str, value: str) -> None:
        form = self.open[0]
        if form.button is not None:
            form = Form(form.action, form.method, form.fields)
            self.forms.append(form)
        form.button = (name, value)

    def _option(self, given: dict[str, str]) -> None:
        assert self.area is not None
        value = given.get("value", "")
        self.area.options.append(value)
        if "selected" in given or len(self.area.options) == 1:
            self.area.value = value

    def handle_data(self, data: str) -> None:
        if self.area and self.area.kind == "textarea":
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "select"):
            self.area = None
        elif tag == "form":
            if self.open and self.nameless and self.open[0].button is not None:
                form = self.open[0]
                self.forms.append(Form(form.action, form.method, form.fields))
            self.open = []
