"""The events: workshops, their programme, and what came of them."""
