"""Why a checkout has no PostgreSQL of its own."""


class UnavailableError(Exception):
    """The server cannot be had; the message says why, and what helps."""
