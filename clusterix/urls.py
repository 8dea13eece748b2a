"""The site's table of contents."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path

from clusterix import finding, health, open_data, views
from clusterix.lib.caching import for_everyone
from clusterix.previews import preview
from clusterix.sitemaps import sitemaps
from people.urls import organisations, people
from workshops.urls import regions, workshops

handler500 = "clusterix.health.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("clusterix.curation.urls")),
    path(
        "admin/<slug:app_label>/<slug:model_name>/<int:pk>/preview/",
        admin.site.admin_view(preview),
        name="preview",
    ),
    path("admin/", admin.site.urls),
    path("api/v1/", include("clusterix.api")),
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("outbox/", include("clusterix.mail.urls")),
    path("favicon.svg", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", for_everyone(sitemap), {"sitemaps": sitemaps()}, name="sitemap"),
    path("open-data/catalogue.jsonld", open_data.catalogue, name="open_data_catalogue"),
    path(".well-known/security.txt", views.security, name="security"),
]
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("search/", finding.search, name="search"),
    path("", include("workshops.registration.urls")),
    path("", include("workshops.outcomes.urls")),
    path("workshops/", include(workshops)),
    path("report/", include("clusterix.curation.reports.urls")),
    path("people/", include(people)),
    path("organisations/", include(organisations)),
    path("regions/", include(regions)),
    path("about/", views.about, name="about"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("initiatives/", include("initiatives.urls")),
    path("following/", include("initiatives.following.urls")),
    path("network/", include("initiatives.network.urls")),
    prefix_default_language=False,
)
