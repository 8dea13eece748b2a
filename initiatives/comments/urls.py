"""The address of a comment while it is written, which is a secret."""

from django.urls import path

from initiatives.comments import views

app_name = "comments"
urlpatterns = [path("<str:token>/", views.comment, name="write")]
