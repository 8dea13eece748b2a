"""What curators did lately, of every kind of entry, as one list."""
