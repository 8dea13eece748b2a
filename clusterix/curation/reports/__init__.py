"""Errors that readers report."""
