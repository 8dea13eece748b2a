"""The addresses of the form for each kind of entry."""

from django.urls import path

from clusterix.curation.reports import views
from clusterix.curation.reports.models import kinds

app_name = "reports"
urlpatterns = [
    *(
        path(f"{name}/<slug:slug>/", views.report, {"kind": kind}, name=name)
        for name, kind in kinds().items()
    ),
    *(
        path(f"{name}/<slug:slug>/thanks/", views.thanks, {"kind": kind}, name=f"{name}_thanks")
        for name, kind in kinds().items()
    ),
]
