"""Memory that the process holds and no longer uses."""

import ctypes


def give_back() -> None:
    """Return it to the system, where the C library keeps it and can be told not to (glibc)."""
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
