"""Who takes part, and where: persons, organisations, regions and dated affiliations."""
