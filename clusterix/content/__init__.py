"""The programme's own record: loads the files of `content/` into the catalogue."""
