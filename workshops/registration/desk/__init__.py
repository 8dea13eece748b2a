"""The organiser's desk for one workshop: who comes, and all that is done about it."""
