"""Public holidays by country, from the package ``holidays`` (the extra ``[holidays]``), copied into a calendar.

Copied, because a company decides for itself on which of them it works: the dates are its own to edit afterwards.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from ..models import Holiday, WorkingCalendar

#: What a name may be at most; one day can carry several holidays.
NAME_LENGTH = Holiday._meta.get_field("name").max_length


class NotInstalled(Exception):
    """The package ``holidays`` is missing."""


class UnknownCountry(ValueError):
    """There is no such country; ``known`` are the codes that there are."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__("unknown country")
        self.known = sorted(known)


class UnknownSubdivision(ValueError):
    """The country has no such part; ``known`` are the codes that it has, none where all of it is alike."""

    def __init__(self, known: Iterable[str]) -> None:
        super().__init__("unknown subdivision")
        self.known = sorted(known)


@dataclass(frozen=True)
class Filled:
    added: int
    #: Days that were in the calendar before. They keep their names.
    kept: int


def countries() -> dict[str, str]:
    """code (ISO 3166) -> the country's English name, by name. Raises ``NotInstalled``."""
    _package()
    from holidays.registry import COUNTRIES

    found = {entry[1]: _spaced(entry[0]) for entry in COUNTRIES.values()}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def public_holidays(
    country: str, *, years: Iterable[int], subdivision: str = "", language: str = "en"
) -> dict[date, str]:
    """date -> name, named in ``language`` where the package can, else as the country itself does.

    Raises ``NotInstalled``, ``UnknownCountry`` or ``UnknownSubdivision``.
    """
    package = _package()
    country = country.strip().upper()
    known = package.list_supported_countries(include_aliases=False)
    if country not in known:
        raise UnknownCountry(known)
    if subdivision and subdivision not in (
        parts := package.list_supported_countries(include_aliases=True)[country]
    ):
        raise UnknownSubdivision(parts)
    # Never without a language: the package would take that of the process it runs in.
    return dict(
        package.country_holidays(
            country,
            subdiv=subdivision or None,
            years=list(years),
            language=_language(package, country, language),
        )
    )


def fill(
    calendar: WorkingCalendar,
    country: str,
    *,
    years: Iterable[int],
    subdivision: str = "",
    language: str = "en",
) -> Filled:
    """Add the public holidays of ``years`` to ``calendar``; days that it has are left as they are.

    Raises what ``public_holidays`` does.
    """
    found = public_holidays(country, years=years, subdivision=subdivision, language=language)
    with transaction.atomic():
        had = set(calendar.holidays.values_list("date", flat=True))
        new = [
            Holiday(calendar=calendar, date=day, name=name[:NAME_LENGTH])
            for day, name in sorted(found.items())
            if day not in had
        ]
        Holiday.objects.bulk_create(new)
        if new:
            # One sign for all of them that what was promised has to be worked out anew.
            WorkingCalendar.objects.get(pk=calendar.pk).save()
    return Filled(added=len(new), kept=len(found) - len(new))


def _package() -> Any:
    try:
        import holidays
    except ImportError as error:
        raise NotInstalled from error
    return holidays


def _language(package: Any, country: str, wanted: str) -> str | None:
    """``"id"`` for ``"id-id"``, ``"en_US"`` for ``"en"``; the country's own where there is no such translation."""
    country_class = getattr(package, country)
    offered = country_class.supported_languages
    code = wanted.replace("-", "_").lower()
    exact = [each for each in offered if each.lower() == code]
    alike = [each for each in offered if each.lower().split("_")[0] == code.split("_")[0]]
    return next(iter([*exact, *alike]), country_class.default_language)


def _spaced(name: str) -> str:
    """``"Bosnia and Herzegovina"`` for ``"BosniaAndHerzegovina"``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"\b(And|Of|The)\b", lambda word: word[0].lower(), words)
