"""Files from workshops: which are taken, where they lie, how they are handed out and swept away."""
