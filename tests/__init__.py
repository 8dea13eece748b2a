"""The specification of CLUSTERIX."""
