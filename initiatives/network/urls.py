"""The address of the network."""

from django.urls import path

from initiatives.network import views

app_name = "network"
urlpatterns = [path("", views.network_detail, name="detail")]
