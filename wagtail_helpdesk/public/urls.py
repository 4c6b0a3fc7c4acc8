"""Addresses outside of the page tree: they work on a site without any support page."""

from django.urls import path

from . import views

urlpatterns = [
    path("t/<str:token>/", views.open_link, name="open_link"),
    path("tickets/<str:reference>/", views.ticket, name="ticket"),
    path("files/<str:key>/", views.file, name="file"),
]
