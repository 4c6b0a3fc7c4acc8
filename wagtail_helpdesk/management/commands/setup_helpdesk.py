from django.core.management.base import BaseCommand, CommandError

from wagtail_helpdesk.setup import prepare
from wagtail_helpdesk.setup.prepare import NotReady
from wagtail_helpdesk.setup.steps import next_steps


class Command(BaseCommand):
    help = (
        "Prepares this site for its help desk: support levels, a division, complaint types, "
        "escalation reasons, a working calendar with targets, groups with their permissions, and a "
        "support page as a draft. "
        "What exists is left as it is, so it may be run again at any time."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--update-permissions",
            action="store_true",
            help="Also give groups that exist what a newer version has brought.",
        )
        parser.add_argument(
            "--no-pages",
            action="store_false",
            dest="pages",
            help="Lay out no support pages.",
        )

    def handle(self, *, update_permissions, pages, verbosity, **options):
        try:
            report = prepare(update_permissions=update_permissions, pages=pages)
        except NotReady as error:
            raise CommandError(str(error)) from error
        for note in report.notes:
            self.stderr.write(self.style.WARNING(note))
        if not verbosity:
            return
        for line in report.made:
            self.stdout.write(self.style.SUCCESS(f"  made  {line}"))
        for line in report.kept:
            self.stdout.write(f"  kept  {line}")
        self.stdout.write("\nNext steps:")
        for number, step in enumerate(next_steps(), start=1):
            self.stdout.write(f"  {number}. {step}")
