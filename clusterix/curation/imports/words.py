"""Words as people mean them: accents, capitals, spaces and punctuation make no difference."""

import re
from functools import lru_cache
from unicodedata import combining, normalize

BLANKS = " \t\r\n\v\f\xa0\u200b\u2060\ufeff"
"""What surrounds a value without being a part of it, invisible signs included."""

_UNLIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)


def tidy(text: str) -> str:
    """The text without what surrounds it, and with one kind of line end."""
    return text.strip(BLANKS).replace("\r\n", "\n").replace("\r", "\n")


@lru_cache(10_000)
def folded(text: str) -> str:
    """What two spellings of the same name have in common."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(sign for sign in normalize("NFKD", plain) if not combining(sign))
        plain = plain.translate(_UNLIKE)
    words = re.findall(r"\w+", plain)
    return " ".join(words) or text.strip()


def addresses(text: str) -> tuple[list[str], str]:
    """The web addresses in a text, whole and each once, and what else the text says."""
    found = [_whole(match) for match in _ADDRESS.findall(text)]
    rest = " ".join(_ADDRESS.sub(" ", text).split())
    return list(dict.fromkeys(found)), rest.strip(f",;.{BLANKS}")


def _whole(address: str) -> str:
    address = address.rstrip(f",;.{BLANKS}")
    return f"https://{address}" if address.lower().startswith("www.") else address


def first_sentences(text: str, most: int) -> str:
    """As many whole sentences from the beginning as fit, or else as many words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    ends = [match.end() for match in re.finditer(r"[.!?][)\"”]?(?=\s)", line[: most + 1])]
    return line[: ends[-1]] if ends else cut(line, most)


def cut(text: str, most: int) -> str:
    """As many whole words of a longer text as fit, with a sign that there is more."""
    head = text[: most - 1]
    whole = head.rpartition(" ")[0] if not text[most - 1].isspace() else head
    return f"{(whole or head).rstrip(BLANKS + ',;:')}…"
