"""Changes to live entries, kept beside them until somebody approves."""
