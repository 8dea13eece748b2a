"""Reads a JSON object that holds one very long list, without ever holding that list."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TextIO

LONGEST_VALUE = 8_000_000
"""Characters of one item; what is longer is refused rather than held."""

AT_A_TIME = 65_536
SPACE = re.compile(r"[ \t\r\n]*")


class MalformedError(Exception):
    """The text is no JSON object, or one of its values is too long or too deep to read."""


def refuse(constant: str) -> NoReturn:
    """NaN and the infinities, which Python would read, are no JSON."""
    raise MalformedError(f"{constant} is no number.")


DECODER = json.JSONDecoder(parse_constant=refuse)


def members(stream: TextIO, long: str) -> Iterator[tuple[str, Any]]:
    """The members of the object in the stream, in its order, by their names.

    Of the one called `long`, a list, each item comes by itself. MalformedError at whatever is
    not JSON, as soon as it is met.
    """
    reader = Reader(stream)
    for _member in reader.items("{", "}"):
        name = reader.value()
        reader.take(":")
        if name == long:
            for _item in reader.items("[", "]"):
                yield name, reader.value()
        else:
            yield str(name), reader.value()
    if reader.sign():
        raise MalformedError("Something follows the end of the object.")


class Reader:
    """Takes one value after another from a stream, and forgets what it gave."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.text = ""
        self.at = 0

    def more(self) -> bool:
        """Read on, at least as much again as is not yet understood; False at the end."""
        rest = self.text[self.at :]
        read = self.stream.read(max(AT_A_TIME, len(rest)))
        self.text, self.at = rest + read, 0
        return bool(read)

    def sign(self) -> str:
        """The next sign that is no space, which is not taken yet; none at the end."""
        while True:
            space = SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, sign: str) -> None:
        """Go past this sign, which has to be the next."""
        found = self.sign()
        if found != sign:
            raise MalformedError(f"There is “{found}” where “{sign}” is expected.")
        self.at += 1

    def items(self, first: str, last: str) -> Iterator[None]:
        """Stop at each item of a list or object; the caller takes it."""
        self.take(first)
        if self.sign() != last:
            yield
            while self.sign() == ",":
                self.take(",")
                yield
        self.take(last)

    def value(self) -> Any:
        """The next value, whole."""
        self.sign()
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise MalformedError("A value is nested too deeply.") from error
            except ValueError as error:
                if len(self.text) - self.at > LONGEST_VALUE:
                    raise MalformedError("A value is too long, or no JSON.") from error
                if not self.more():
                    raise MalformedError("The text ends within a value, or is no JSON.") from error
            else:
                if end < len(self.text) or not self.more():
                    self.at = end
                    return value
