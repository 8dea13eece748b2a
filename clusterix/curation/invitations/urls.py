"""The address of an invitation, which is a secret."""

from django.urls import path

from clusterix.curation.invitations import views

app_name = "invitations"
urlpatterns = [path("<str:token>/", views.accept, name="accept")]
