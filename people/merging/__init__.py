"""Two records of one organisation or person: how they are found, made one, and parted again."""
