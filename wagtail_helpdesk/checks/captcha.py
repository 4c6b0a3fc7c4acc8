"""Does the captcha keep robots out, and let people in?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from ..conf import helpdesk_settings
from .tag import TAG

#: Minutes in which somebody can write a complaint, look for a photograph, and solve the captcha.
ENOUGH_MINUTES = 30
#: The package's own default.
DEFAULT_MINUTES = 5


@register(TAG)
def check_captcha(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not helpdesk_settings.CAPTCHA:
        return []
    found: list[CheckMessage] = []
    if getattr(settings, "CAPTCHA_TEST_MODE", False) and not settings.DEBUG:
        found.append(
            Warning(
                "CAPTCHA_TEST_MODE is on: the word “passed” solves every captcha.",
                hint="Remove CAPTCHA_TEST_MODE from the settings of the real site.",
                id="wagtail_helpdesk.W030",
            )
        )
    minutes = getattr(settings, "CAPTCHA_TIMEOUT", DEFAULT_MINUTES)
    if minutes < ENOUGH_MINUTES:
        found.append(
            Warning(
                f"A captcha is valid for {minutes} minutes. Whoever writes a careful complaint "
                "will be refused at the end of it.",
                hint=f"Set CAPTCHA_TIMEOUT = {ENOUGH_MINUTES}.",
                id="wagtail_helpdesk.W031",
            )
        )
    return found
