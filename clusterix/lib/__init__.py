"""Leaf helpers that know no model and import no app."""
