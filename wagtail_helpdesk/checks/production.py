"""What is right on one's own machine, and wrong on a server."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from ..conf import helpdesk_settings
from .tag import TAG

CACHES = "django.core.cache.backends."


@register(TAG)
def check_cache(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.DEBUG:
        return []
    backend = settings.CACHES.get("default", {}).get("BACKEND", "")
    if backend == f"{CACHES}dummy.DummyCache":
        problem = (
            "The cache keeps nothing, so no throttle works: a robot may try and send without end."
        )
    elif backend == f"{CACHES}locmem.LocMemCache":
        problem = (
            "Each process has a cache of its own: with several of them, throttles allow several "
            "times as much, and forget with every restart."
        )
    else:
        return []
    return [
        Warning(
            problem,
            hint="Use a cache that all processes share: Redis, Memcached, the database, or files.",
            id="wagtail_helpdesk.W050",
        )
    ]


@register(TAG, deploy=True)
def check_sessions(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    # SESSION_COOKIE_SECURE has a check of Django's own (security.W012).
    found = []
    if not settings.SESSION_COOKIE_HTTPONLY:
        found.append(
            _warning(
                "Scripts can read the session cookie, with which a requester reads their conversation.",
                "Set SESSION_COOKIE_HTTPONLY = True.",
                "W051",
            )
        )
    if str(settings.SESSION_COOKIE_SAMESITE).lower() not in {"lax", "strict"}:
        found.append(
            _warning(
                "Other sites' forms send the session cookie along.",
                "Set SESSION_COOKIE_SAMESITE = 'Lax'.",
                "W052",
            )
        )
    if settings.SESSION_ENGINE.endswith("signed_cookies"):
        found.append(
            _warning(
                "Sessions lie in the visitor's cookie: which conversations they opened can be read "
                "there, and the right to do so can't be taken back.",
                "Keep sessions in the database or the cache (SESSION_ENGINE).",
                "W053",
            )
        )
    return found


@register(TAG, deploy=True)
def check_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found = []
    if getattr(settings, "SECURE_REFERRER_POLICY", None) == "no-referrer":
        found.append(
            _warning(
                "With the referrer policy “no-referrer” browsers send forms with “Origin: null”, "
                "and Django refuses them: no complaint arrives.",
                "Set SECURE_REFERRER_POLICY = 'same-origin'.",
                "W054",
            )
        )
    if settings.SECURE_PROXY_SSL_HEADER and not helpdesk_settings.TRUSTED_PROXIES:
        found.append(
            _warning(
                "The site is behind a proxy (SECURE_PROXY_SSL_HEADER), but no proxy is trusted: all "
                "visitors seem to have one address, and share one throttle.",
                "Set WAGTAIL_HELPDESK['TRUSTED_PROXIES'] to how many append to X-Forwarded-For.",
                "W055",
            )
        )
    return found


def _warning(message: str, hint: str, number: str) -> CheckMessage:
    return Warning(message, hint=hint, id=f"wagtail_helpdesk.{number}")
