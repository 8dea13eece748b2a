"""Imports that are remembered: what was in the file, what became of it, and how to take it back."""
