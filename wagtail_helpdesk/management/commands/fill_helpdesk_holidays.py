from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...clocks import public_holidays
from ...models import WorkingCalendar


class Command(BaseCommand):
    help = (
        "Adds the public holidays of a country to a working calendar; dates that it has are kept. "
        "Needs the package “holidays”: pip install 'wagtail-helpdesk[holidays]'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("calendar", help="The calendar's name, or its number.")
        parser.add_argument("country", help="Two letters (ISO 3166), such as ID.")
        parser.add_argument("--subdivision", default="", help="A state or region, such as BY.")
        parser.add_argument(
            "--years",
            nargs="+",
            type=int,
            help="Such as 2027 2028. Without: this year and the next.",
        )
        parser.add_argument(
            "--language",
            default=settings.LANGUAGE_CODE,
            help="Of the holidays' names; the site's without it.",
        )

    def handle(
        self,
        *,
        calendar: str,
        country: str,
        subdivision: str,
        years: list[int] | None,
        language: str,
        **options: Any,
    ) -> None:
        this_year = date.today().year
        row = self._calendar(calendar)
        try:
            filled = public_holidays.fill(
                row,
                country,
                subdivision=subdivision,
                years=years or [this_year, this_year + 1],
                language=language,
            )
        except public_holidays.NotInstalled as error:
            raise CommandError(
                "The package “holidays” is not installed: pip install 'wagtail-helpdesk[holidays]'."
            ) from error
        except public_holidays.UnknownCountry as error:
            raise CommandError(
                f"No public holidays are known for “{country}”. Countries: {' '.join(error.known)}."
            ) from error
        except public_holidays.UnknownSubdivision as error:
            known = f"It has: {' '.join(error.known)}." if error.known else "It has none."
            raise CommandError(f"“{country}” has no part “{subdivision}”. {known}") from error
        self.stdout.write(f"{row}: {filled.added} added, {filled.kept} kept.")

    def _calendar(self, wanted: str) -> WorkingCalendar:
        found = [row for row in WorkingCalendar.objects.all() if wanted in (row.name, str(row))]
        if not found and wanted.isdecimal():
            found = list(WorkingCalendar.objects.filter(pk=wanted))
        if len(found) != 1:
            names = ", ".join(f"“{row.name}” ({row.pk})" for row in WorkingCalendar.objects.all())
            problem = "Several calendars are" if found else "No calendar is"
            raise CommandError(f"{problem} called “{wanted}”. There are: {names or 'none'}.")
        return found[0]
