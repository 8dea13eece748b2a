"""The addresses of workshops, and of regions, whose pages gather what all the apps know."""

from django.urls import path

from workshops import views

workshops = (
    [
        path("", views.workshop_list, name="list"),
        path("calendar.ics", views.workshops_calendar, name="calendars"),
        path("<slug:slug>/", views.workshop_detail, name="detail"),
        path("<slug:slug>/sessions/<int:number>/", views.workshop_session, name="session"),
        path("<slug:slug>/calendar.ics", views.workshop_calendar, name="calendar"),
        path("<slug:slug>/changes/", views.workshop_changes, name="changes"),
        path("<slug:slug>/materials/<uuid:reference>/", views.workshop_material, name="material"),
        path("<slug:slug>/schedule.json", views.workshop_schedule_json, name="schedule_json"),
        path("<slug:slug>/schedule.xml", views.workshop_schedule_xml, name="schedule_xml"),
    ],
    "workshops",
)
regions = (
    [
        path("", views.region_list, name="list"),
        path("<slug:code>/", views.region_detail, name="detail"),
    ],
    "regions",
)
