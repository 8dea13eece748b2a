"""What a browser would send back from a form of the admin."""

from html.parser import HTMLParser
from typing import Protocol


class Page(Protocol):
    """A response with a page."""

    content: bytes
    status_code: int


Data = dict[str, list[str]]


def filled(response: Page, **changes: str | list[str]) -> Data:
    """The fields of a page's change form as they stand, with some of them changed."""
    form = _Form()
    form.feed(response.content.decode())
    new = {name: [value] if isinstance(value, str) else value for name, value in changes.items()}
    return form.data | new


class _Form(HTMLParser):
    """Collects the fields of the form that Django's admin calls `<model>_form`."""

    def __init__(self) -> None:
        super().__init__()
        self.data: Data = {}
        self.inside = False
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = field.get("id", "").endswith("_form") and field.get("id") != "move_form"
        if self.inside and field.get("name"):
            self._field(tag, field)
        if tag == "option" and self.select and "selected" in field:
            self.data[self.select].append(field["value"])

    def _field(self, tag: str, field: dict[str, str]) -> None:
        name, kind = field["name"], field.get("type", "text")
        if tag == "select":
            self.select = name
            self.data[name] = []
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = [""]
        elif tag == "input" and kind in {"checkbox", "radio"}:
            if "checked" in field:
                self.data.setdefault(name, []).append(field.get("value", "on"))
        elif tag == "input" and kind != "submit":
            self.data[name] = [field.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.data[self.textarea] = [self.data[self.textarea][0] + data.removeprefix("\r\n")]
