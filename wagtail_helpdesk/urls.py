"""Mounted by the host under ``helpdesk/``; without an ``app_name``, since it brings the captcha's URLs along."""

from django.apps import apps
from django.urls import include, path

urlpatterns = []
# Without that app nothing of ours can be imported here; the system check E001 says so.
if apps.is_installed("captcha"):
    from .public import urls as public_urls

    urlpatterns += [
        path("captcha/", include("captcha.urls")),
        path("", include((public_urls.urlpatterns, "wagtail_helpdesk"))),
    ]
