"""How people come to curate: by an invitation."""
