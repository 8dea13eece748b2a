"""Texts with names in braces that stand for words of ours, such as `Dear {name}`.

A name stands for one word or for none: nothing in braces is looked up, counted or called. Two
braces stand for one.
"""

import re
from collections.abc import Collection, Mapping

TOKEN = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
BRACES = {"{{": "{", "}}": "}"}


def fill(text: str, words: Mapping[str, str]) -> str:
    """The text with the words in it, which are not read again; what stands for none stays."""
    meant = {in_braces(name): word for name, word in words.items()} | BRACES
    return "".join(meant.get(token, token) for token in TOKEN.findall(text))


def unknown(text: str, names: Collection[str]) -> list[str]:
    """What stands in braces and is none of these names, braces included, each once."""
    known = {in_braces(name) for name in names} | BRACES.keys()
    asked = [token for token in TOKEN.findall(text) if token[0] == "{" and token[-1] == "}"]
    return list(dict.fromkeys(token for token in asked if token not in known))


def is_balanced(text: str) -> bool:
    """No brace stands alone."""
    return not {"{", "}"} & set(TOKEN.findall(text))


def in_braces(name: str) -> str:
    """As it is written in a text."""
    return f"{{{name}}}"
