"""The addresses of workshops, and of regions, whose pages gather what all the apps know."""

from django.urls import path

from workshops import views

workshops = (
    [
        path("", views.workshop_list, name="list"),
        path("calendar.ics", views.workshops_calendar, name="calendars"),
        path("<slug:slug>/", views.workshop_detail, name="detail"),
        path("<slug:slug>/calendar.ics", views.workshop_calendar, name="calendar"),
    ],
    "workshops",
)
regions = ([path("<slug:code>/", views.region_detail, name="detail")], "regions")
