"""Addresses of the developer's outbox."""

from django.urls import path

from clusterix.mail import views

app_name = "mail"

urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("<int:pk>/html/", views.outbox_html, name="html"),
    path("files/<int:pk>/", views.outbox_file, name="file"),
]
