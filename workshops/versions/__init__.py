"""Versions of programmes: what was announced when, and what has changed since."""
