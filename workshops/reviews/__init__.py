"""Peer reviews of cluster policy: what is asked, what a region answers, and what peers advise."""
