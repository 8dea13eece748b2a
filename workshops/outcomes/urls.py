"""The address of outcomes, beside those of workshops."""

from django.urls import path

from workshops.outcomes import views

app_name = "outcomes"

urlpatterns = [path("workshops/outcomes/", views.outcome_list, name="list")]
