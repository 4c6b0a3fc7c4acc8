"""Settings of the help desk: one dict, ``WAGTAIL_HELPDESK``, read when it is used.

``helpdesk_settings.NAME`` answers the project's value or the default below. Nothing is read at
import, so ``override_settings`` works, and a misspelt name is reported by a system check.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

DEFAULTS: dict[str, Any] = {
    # --- Public pages -----------------------------------------------------------------------
    # The host's template that every public page extends; only `{% block content %}` is needed.
    "BASE_TEMPLATE": "base.html",
    # What reference and e-mail together show without the mailed link:
    # "status", "conversation" or "link" (nothing but the offer to mail the link).
    "LOOKUP_SHOWS": "status",
    # Region used to read telephone numbers that are typed without a country code (ISO 3166).
    "PHONE_REGION": "ID",
    # An e-mail address may be left out when there is a telephone number.
    "EMAIL_OPTIONAL": True,
    # Two letters in front of every reference.
    "REFERENCE_PREFIX": "HD",
    # Days after solving (or closing) in which the requester's answer reopens the ticket.
    "REOPEN_DAYS": 14,
    # Days that a mailed link stays valid.
    "LINK_DAYS": 30,
    # Minutes without a request after which a browser must open the mailed link again.
    "LINK_IDLE_MINUTES": 30,
    # Where requesters sign in: an address or a URL name. Empty: WAGTAIL_FRONTEND_LOGIN_URL, else Wagtail's.
    "LOGIN_URL": "",
    "CAPTCHA": True,
    # Seconds below which a filled-in form is taken for a robot's, and after which it is too old.
    "FORM_MIN_SECONDS": 3,
    "FORM_MAX_SECONDS": 24 * 3600,
    # --- Limits -----------------------------------------------------------------------------
    "SUBJECT_MAX_LENGTH": 200,
    "BODY_MAX_LENGTH": 10_000,
    # Staff write longer answers than visitors write complaints.
    "STAFF_BODY_MAX_LENGTH": 50_000,
    "FILE_MAX_BYTES": 10 * 1024 * 1024,
    "FILES_MAX_COUNT": 5,
    "FILES_MAX_BYTES": 25 * 1024 * 1024,
    # Unclaimed files of one visitor, and of everybody, that may lie about at once.
    "UNCLAIMED_MAX_BYTES": 500 * 1024 * 1024,
    "IMAGE_MAX_PIXELS": 40_000_000,
    # How often, as (count, seconds) pairs; each is enforced for the key in its comment.
    "THROTTLES": {
        "submit": [(5, 60), (20, 3600), (240, 86400)],  # per address of the network
        "submit_site": [(5_000, 86400)],  # per site
        "lookup": [(5, 900)],  # per network address, per reference, per e-mail
        "link_mail": [(3, 3600), (10, 86400)],  # per e-mail address
        "reply": [(10, 60)],  # per ticket
        "rate": [(10, 60)],  # per ticket
        "upload": [(30, 600)],  # per network address
        "suggest": [(300, 600)],  # per network address: asked while somebody writes
        # Per network address, what is counted; beyond it readers are answered as ever.
        "search": [(200, 600), (2_000, 86400)],
        "vote": [(30, 600), (200, 86400)],
        # Bytes of files that were not sent (yet), per network address: so that no one network fills
        # UNCLAIMED_MAX_BYTES for everybody.
        "unsent_bytes": [(100 * 1024 * 1024, 3600), (250 * 1024 * 1024, 86400)],
        "acknowledge": [(3, 3600), (10, 86400)],  # per e-mail address; "open again" likewise
    },
    # Proxies in front of the site that append to X-Forwarded-For; 0 trusts the connection only.
    "TRUSTED_PROXIES": 0,
    # --- Files ------------------------------------------------------------------------------
    # Alias in STORAGES for private files; without one they lie under PRIVATE_FILES_ROOT.
    "STORAGE": "helpdesk",
    "PRIVATE_FILES_ROOT": "",
    # extension -> accepted content types (see tickets/files.py)
    "FILE_TYPES": [
        "pdf",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "txt",
        "csv",
        "docx",
        "xlsx",
        "odt",
        "ods",
        "zip",
    ],
    # Dotted path of `scan(file) -> str | None`: the name of what was found, or None.
    "VIRUS_SCANNER": "",
    # --- Mail -------------------------------------------------------------------------------
    "FROM_EMAIL": "",  # empty: DEFAULT_FROM_EMAIL
    "REPLY_TO": "",  # empty: no Reply-To; every mail carries the link to answer by
    # "auto": a task worker where the site has one, else a thread; "sweep": only the command.
    "DELIVERY": "auto",
    "MAIL_MAX_ATTEMPTS": 12,
    "MAIL_TIMEOUT_SECONDS": 20,
    # A sweep that is older than this is reported by a system check.
    "SWEEP_LATE_MINUTES": 30,
    # --- Knowledge base ---------------------------------------------------------------------
    # Days for which searches and suggestions are kept: what the report of knowledge gaps reads.
    "SEARCH_LOG_DAYS": 365,
    # --- Staff ------------------------------------------------------------------------------
    "QUEUE_PAGE_SIZE": 20,
    # Counts stop here: "1,000+".
    "COUNT_CAP": 1_000,
    "BULK_MAX": 500,
    "UNCLAIMED_HOURS": 24,
}


class HelpdeskSettings:
    """Attribute access over ``settings.WAGTAIL_HELPDESK`` with defaults."""

    def __getattr__(self, name: str) -> Any:
        if name not in DEFAULTS:
            raise AttributeError(f"There is no setting WAGTAIL_HELPDESK[{name!r}].")
        given: Mapping[str, Any] = getattr(settings, "WAGTAIL_HELPDESK", {})
        value = given.get(name, DEFAULTS[name])
        if name == "THROTTLES":
            return {**DEFAULTS[name], **value}
        return value


helpdesk_settings = HelpdeskSettings()
