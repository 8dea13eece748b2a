"""The specification of the catalogue."""
