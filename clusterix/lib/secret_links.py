"""Secrets in links that come by mail: made here, sent once, and kept as a hash alone."""

from hashlib import sha256
from secrets import token_urlsafe

SECRET_BYTES = 24


def new_secret() -> str:
    """A secret for a link; nobody guesses it at any pace."""
    return token_urlsafe(SECRET_BYTES)


def hashed(secret: str) -> str:
    """What is kept of a secret: it has 192 bits, so that a plain hash tells nothing of it."""
    return sha256(secret.encode()).hexdigest()
