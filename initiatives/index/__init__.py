"""The published catalogue in memory, in columns of bits: what counts its facets."""
