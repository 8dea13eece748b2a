"""The journeys that visitors and partners make, in a real browser on the whole running site."""
