"""CLUSTERIX: the event and knowledge base of an inter-regional cluster-policy programme."""
