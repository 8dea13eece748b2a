"""Entries from tables: what is in a file, what its columns mean, and what became of each row.

It knows no kind of entry; people and initiatives say what a row of theirs is made of.
"""
