"""Does mail leave the house?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from ..conf import helpdesk_settings
from .tag import TAG

BACKENDS = "django.core.mail.backends."
NOWHERE = frozenset({"console", "dummy", "filebased", "locmem"})


@register(TAG, deploy=True)
def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    backend = mail_backend()
    if backend.startswith(BACKENDS) and backend.split(".")[-2] in NOWHERE:
        found.append(
            Warning(
                f"Mail goes to {backend}, which sends nothing: no acknowledgement, no answer "
                "and no link reaches anybody.",
                hint="Set up a mail server (EMAIL_BACKEND and EMAIL_HOST; from Django 6.1 on, MAILERS).",
                id="wagtail_helpdesk.W040",
            )
        )
    if not helpdesk_settings.FROM_EMAIL and settings.DEFAULT_FROM_EMAIL == "webmaster@localhost":
        found.append(
            Warning(
                "Mail is sent by webmaster@localhost: mail servers refuse it or take it for spam.",
                hint="Set DEFAULT_FROM_EMAIL, or WAGTAIL_HELPDESK['FROM_EMAIL'].",
                id="wagtail_helpdesk.W041",
            )
        )
    if not getattr(settings, "WAGTAILADMIN_BASE_URL", None):
        found.append(
            Warning(
                "WAGTAILADMIN_BASE_URL is not set: mails to staff can't say where the ticket is.",
                hint="Set it to the address of the site's admin, without the path.",
                id="wagtail_helpdesk.W042",
            )
        )
    return found


def mail_backend() -> str:
    """The dotted path of the default way to send mail, in the words of either Django."""
    mailers = getattr(settings, "MAILERS", None)
    if mailers:
        return str(mailers.get("default", {}).get("BACKEND", f"{BACKENDS}smtp.EmailBackend"))
    return str(getattr(settings, "EMAIL_BACKEND", f"{BACKENDS}smtp.EmailBackend"))
