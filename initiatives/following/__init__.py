"""Following a search: mails about what is new in the catalogue, for whoever asked for them."""
