"""How fast the site is, as ratios to floors that are measured in the same run."""
