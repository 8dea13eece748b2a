"""Comments that invited experts sign."""
