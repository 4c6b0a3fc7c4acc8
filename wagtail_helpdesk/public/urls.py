"""Addresses outside of the page tree: they work on a site without any support page."""

from django.urls import path

from . import views, visit_feed

urlpatterns = [
    path("t/<str:token>/", views.open_link, name="open_link"),
    path("t/<str:token>/rate/<slug:answer>/", views.rate_link, name="rate_link"),
    path("tickets/<str:reference>/", views.ticket, name="ticket"),
    path("tickets/<str:reference>/reply/", views.ticket_reply, name="ticket_reply"),
    path("tickets/<str:reference>/solve/", views.ticket_solve, name="ticket_solve"),
    path("tickets/<str:reference>/reopen/", views.ticket_reopen, name="ticket_reopen"),
    path("tickets/<str:reference>/rate/", views.ticket_rate, name="ticket_rate"),
    path("tickets/<str:reference>/leave/", views.ticket_leave, name="ticket_leave"),
    path(
        "tickets/<str:reference>/confirm-visit/",
        views.ticket_confirm_visit,
        name="ticket_confirm_visit",
    ),
    path("visits/<str:token>.ics", visit_feed.visit_feed, name="visit_feed"),
    path("visits/<path:rest>", visit_feed.no_feed),
    path("files/<slug:key>/", views.file, name="file"),
]
