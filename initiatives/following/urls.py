"""The addresses of following a search."""

from django.urls import path

from initiatives.following import views

app_name = "following"

urlpatterns = [
    path("", views.follow, name="follow"),
    path("asked/", views.asked, name="asked"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/unsubscribe/", views.unsubscribe, name="unsubscribe"),
]
