"""The addresses of the catalogue."""

from django.urls import path

from initiatives import export, feed, views

app_name = "initiatives"
urlpatterns = [
    path("", views.initiative_list, name="list"),
    path("compare/", views.initiative_compare, name="compare"),
    *(
        path(f"export.{form}", export.export, {"form": form}, name=f"export_{form}")
        for form in export.FORMS
    ),
    path("feed.atom", feed.feed, name="feed"),
    path("choices/<slug:facet>/", views.initiative_choices, name="choices"),
    path("<slug:slug>/", views.initiative_detail, name="detail"),
    path("<slug:slug>/cite.bib", views.initiative_citation, {"manner": "bib"}, name="cite_bib"),
    path("<slug:slug>/cite.ris", views.initiative_citation, {"manner": "ris"}, name="cite_ris"),
]
