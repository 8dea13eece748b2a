"""The site's table of contents."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import URLPattern, URLResolver, include, path

from clusterix import finding, health, open_data, views
from clusterix.curation.activity.views import activity_list
from clusterix.curation.freshness.views import report as ageing_report
from clusterix.lib.caching import for_everyone
from clusterix.mail.views import report
from clusterix.previews import markdown_preview, preview
from clusterix.proposed_pages import (
    proposal_beside,
    proposal_preview,
    proposed_beside,
    proposed_page,
)
from clusterix.sitemaps import sitemaps
from people.urls import organisations, people
from workshops.urls import regions, workshops

handler500 = "clusterix.health.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/invitation/", include("clusterix.curation.invitations.urls")),
    path("accounts/mails/", include("clusterix.curation.news.urls")),
    path("accounts/", include("clusterix.curation.urls")),
    path("proposals/<str:token>/page/", proposed_page, name="proposed_page"),
    path("proposals/<str:token>/beside/", proposed_beside, name="proposed_beside"),
    path("proposals/", include("clusterix.curation.proposals.urls")),
    path(
        "admin/proposals/proposal/<int:pk>/preview/",
        admin.site.admin_view(proposal_preview),
        name="proposal_preview",
    ),
    path(
        "admin/proposals/proposal/<int:pk>/beside/",
        admin.site.admin_view(proposal_beside),
        name="proposal_beside",
    ),
    path("still-correct/", include("clusterix.curation.freshness.urls")),
    path(
        "admin/<slug:app_label>/<slug:model_name>/<int:pk>/preview/",
        admin.site.admin_view(preview),
        name="preview",
    ),
    path("admin/markdown/", admin.site.admin_view(markdown_preview), name="markdown_preview"),
    path("admin/activity/", admin.site.admin_view(activity_list), name="activity"),
    path("admin/ageing/", admin.site.admin_view(ageing_report), name="ageing"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("clusterix.api")),
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("mail/reports/<slug:service>/", report, name="mail_report"),
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
    path("", include("workshops.reviews.urls")),
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
    path("comments/", include("initiatives.comments.urls")),
    path("network/", include("initiatives.network.urls")),
    prefix_default_language=False,
)
