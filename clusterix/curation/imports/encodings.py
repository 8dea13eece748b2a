"""In which encoding a text was written, found out from its bytes.

UTF-8 and UTF-16 say so or are hardly mistaken for anything else. Of the one-byte encodings the one
is taken in which the letters beyond ASCII make the words of a language that is written in it.
"""

import codecs
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import UnreadableError

SAMPLE = 1_000_000
MOST_WORDS = 20_000
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ALPHABETS = {
    "windows-1252": (
        "àâæçèéêëîïôœùûüÿ",  # French
        "äöüß",  # German
        "åäöéæø",  # the Nordic languages
        "áéíñóúü¿¡ªº",  # Spanish
        "ãâáàçéêíõóôúüªº",  # Portuguese
        "àèéìíòóù",  # Italian
        "áéëïíóöüú",  # Dutch
        "áéíóúýþðæö",  # Icelandic
    ),
    "windows-1250": (
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíľĺňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţ",  # Romanian
        "čćđšž",  # Croatian and Slovenian
    ),
    "windows-1251": ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",),  # Bulgarian, Ukrainian…
    "windows-1253": ("αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",),  # Greek
    "windows-1254": ("çğıöşüâîûİ",),  # Turkish
    "windows-1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž"),  # Latvian, Lithuanian, Estonian
}
OWN_SCRIPT = {"windows-1251", "windows-1253"}
FOREIGN = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
LEFT_TO_OTHERS = re.compile(r"[^\W\d_a-zA-Z]|[¹²³¤¦¬¨¯÷¼½¾ƒ]")
"""Letters beyond ASCII, and signs that stand where a letter was misread."""


def found(path: Path) -> str:
    """The name of the encoding; UnreadableError where there is none that fits."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return name
    if b"\0" in head:
        return _of_two_bytes(head)
    return "utf-8" if _is_utf8(path) else _of_one_byte(path)


def known(name: str) -> str:
    """An encoding by the name that somebody gives; UnreadableError for one that is not read."""
    wanted = name.strip().lower()
    if wanted in {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", *ALPHABETS}:
        return wanted
    raise UnreadableError(
        _("“%(name)s” is no encoding that is read here. There are UTF-8, UTF-16 and %(others)s.")
        % {"name": name[:40], "others": ", ".join(ALPHABETS)}
    )


def _of_two_bytes(head: bytes) -> str:
    """Text of mostly Latin letters in UTF-16 has NUL bytes at every other place only."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 4 * even and odd > len(head) // 8:
        return "utf-16-le"
    if even > 4 * odd and even > len(head) // 8:
        return "utf-16-be"
    raise UnreadableError(_("It is neither text nor a spreadsheet (.xlsx): it has NULs in it."))


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(SAMPLE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _of_one_byte(path: Path) -> str:
    """The encoding whose languages explain the most of what is not ASCII."""
    with path.open("rb") as file:
        words = FOREIGN.findall(file.read(20 * SAMPLE))[:MOST_WORDS]
    scores = {name: _explained(b" ".join(words), name) for name in ALPHABETS}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < 0:
        raise UnreadableError(_("Its encoding is not one that is read here. Save it as UTF-8."))
    return best


def _explained(words: bytes, encoding: str) -> float:
    """The share of letters beyond ASCII that one language of that encoding has; -1 for none.

    Capitals within words and words in two scripts speak against it.
    """
    try:
        text = words.decode(encoding)
    except UnicodeDecodeError:
        return -1
    total = len(LEFT_TO_OTHERS.findall(text)) or 1
    strange = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    if encoding in OWN_SCRIPT:
        text = re.sub(r"\w*[a-zA-Z]\w*", "", text)
    counts = Counter(LEFT_TO_OTHERS.findall(text.lower()))
    best = max(sum(counts[sign] for sign in set(signs)) for signs in ALPHABETS[encoding])
    return max(0, best - strange) / total
