"""The address of one's wishes about mails."""

from django.urls import path

from clusterix.curation.news import views

app_name = "news"
urlpatterns = [path("", views.wishes, name="wishes")]
