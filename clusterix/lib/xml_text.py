"""Text for XML, which has no sign for some characters that a database holds."""

import re

NO_SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 cannot say; not escaped yet."""
    return NO_SIGN.sub("", text)
