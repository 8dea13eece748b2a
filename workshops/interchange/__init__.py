"""Programmes in the files that other programs exchange: read leniently, written strictly."""
