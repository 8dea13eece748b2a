"""What curators hear of by mail: what waits for them, and what became of what they began."""
