"""The addresses of people and organisations."""

from django.urls import path

from people import views

people = (
    [
        path("", views.person_list, name="list"),
        path("<slug:slug>/", views.person_detail, name="detail"),
    ],
    "people",
)
organisations = (
    [
        path("", views.organisation_list, name="list"),
        path("<slug:slug>/", views.organisation_detail, name="detail"),
    ],
    "organisations",
)
