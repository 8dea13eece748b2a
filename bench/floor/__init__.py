"""The least that a page can cost here: a Django view that returns text of the same size."""
