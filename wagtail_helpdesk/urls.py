"""Mounted by the host under ``helpdesk/``; without an ``app_name``, since it brings the captcha's URLs along."""

from django.urls import include, path

from .public import urls as public_urls

urlpatterns = [
    path("captcha/", include("captcha.urls")),
    path("", include((public_urls.urlpatterns, "wagtail_helpdesk"))),
]
