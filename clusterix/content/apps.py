"""The content app."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """Loads the programme's own record."""

    name = "clusterix.content"
    label = "content"
