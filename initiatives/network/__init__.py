"""Organisations and initiatives as a picture: who works with whom on what, around one of them."""
