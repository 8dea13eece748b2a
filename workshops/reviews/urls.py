"""The addresses of peer reviews and of the questions that they ask."""

from django.urls import path

from workshops.reviews import views

app_name = "reviews"

urlpatterns = [
    path("reviews/", views.review_list, name="list"),
    path("reviews/<slug:slug>/", views.review_detail, name="detail"),
    path("reviews/<slug:slug>/beside/", views.review_beside, name="beside"),
    path("question-sets/<slug:key>/", views.question_set, name="questions"),
]
