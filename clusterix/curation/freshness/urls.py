"""The address of a question, which is a secret."""

from django.urls import path

from clusterix.curation.freshness import views

app_name = "freshness"
urlpatterns = [path("<str:token>/", views.answer, name="answer")]
