"""Registering for workshops."""
