"""Lists of entries as curators narrow them down again and again."""
