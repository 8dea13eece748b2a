"""Everything that the site holds about people: told, erased, and gone when its time is over."""
