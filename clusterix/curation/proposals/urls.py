"""The address at which an expert decides, which is a secret."""

from django.urls import path

from clusterix.curation.proposals import views

app_name = "proposals"
urlpatterns = [path("<str:token>/", views.expert, name="expert")]
