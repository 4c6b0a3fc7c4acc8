"""Our icons in Wagtail's sprite. All names begin with ``wagtail_helpdesk-``."""

NAMES = ("desk", "open", "on-hold", "division", "level", "reason")


def register_icons(icons: list[str]) -> list[str]:
    return [*icons, *(f"wagtail_helpdesk/icons/{name}.svg" for name in NAMES)]
