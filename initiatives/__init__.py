"""The catalogue: programmes, initiatives, good practices and what is known of them."""
