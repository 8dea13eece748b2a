"""The addresses of registering, and of registrations."""

from django.urls import path

from workshops.registration import views

app_name = "registration"

urlpatterns = [
    path("workshops/<slug:slug>/register/", views.register, name="register"),
    path("workshops/<slug:slug>/register/thanks/", views.thanks, name="thanks"),
    path("registrations/lost-link/", views.lost_link, name="lost_link"),
    path("registrations/lost-link/sent/", views.link_sent, name="link_sent"),
    path("registrations/erased/", views.erased, name="erased"),
    path("registrations/<slug:reference>/", views.detail, name="detail"),
    path("registrations/<slug:reference>/change/", views.change, name="change"),
    path("registrations/<slug:reference>/cancel/", views.cancel, name="cancel"),
    path("registrations/<slug:reference>/confirm/", views.confirm, name="confirm"),
    path("registrations/<slug:reference>/offer/", views.offer, name="offer"),
    path("registrations/<slug:reference>/erase/", views.erase, name="erase"),
    path("registrations/<slug:reference>/certificate.pdf", views.certificate, name="certificate"),
    path("registrations/<slug:reference>/calendar.ics", views.calendar, name="calendar"),
]
