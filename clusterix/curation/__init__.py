"""Who curates the catalogue, and how an entry lives from draft to archive."""
