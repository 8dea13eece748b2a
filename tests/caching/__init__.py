"""Real caches between the site and its visitors."""
