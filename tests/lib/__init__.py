"""The specification of the helpers that know no domain."""
