"""Data that the pictures are drawn from, with the programs that prepared it."""
