"""The code on a badge, by which somebody is found at the door; it opens no page of theirs."""

import re
from base64 import b32encode, urlsafe_b64decode
from collections.abc import Iterator

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from workshops.registration.models import Registration

SIGNER = Signer(salt="clusterix.checkin")

LENGTH = 16
"""Characters of the signature that a code carries: 80 bits, and short enough to type."""

CODE = re.compile(r"([1-9][0-9]{0,17})-([A-Z2-7]{16})")


def code_for(registration: Registration) -> str:
    """The registration's number and the beginning of its signature, in the signs of a QR code."""
    value = str(registration.pk)
    return f"{value}-{_shortened(SIGNER.signature(value))}"


def registration_of(code: str) -> Registration | None:
    """The registration that a code was made for, however it was typed; None once erased."""
    match = CODE.fullmatch("".join(code[:100].split()).upper())
    if match is None or not any(
        constant_time_compare(signature, match[2]) for signature in _signatures(match[1])
    ):
        return None
    return Registration.objects.for_page().filter(pk=match[1]).first()


def _signatures(value: str) -> Iterator[str]:
    """By the present key and by those before it, so that printed badges outlive a change."""
    for key in (SIGNER.key, *SIGNER.fallback_keys):
        yield _shortened(SIGNER.signature(value, key=key))


def _shortened(signature: str) -> str:
    digest = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    return b32encode(digest)[:LENGTH].decode()
