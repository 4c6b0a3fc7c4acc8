from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import NoReverseMatch, reverse
from wagtail.models import Site

from wagtail_helpdesk.notify import delivery
from wagtail_helpdesk.setup.addresses import port_to_try
from wagtail_helpdesk.setup.demo import is_loaded, load
from wagtail_helpdesk.setup.demo.company import PASSWORD
from wagtail_helpdesk.setup.pages import support_page_model
from wagtail_helpdesk.setup.prepare import NotReady

LOGINS = ("admin", "leader", "level1", "level2", "level3", "dimas")


class Command(BaseCommand):
    help = (
        "Loads the demonstration: an invented company with three divisions, staff at all levels "
        "and 25 tickets in English and Indonesian. Done once; what was entered since is kept. "
        "It makes accounts with a password that everybody knows, so only for development."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--force",
            action="store_true",
            help="Load it although DEBUG is off: anybody can then sign in as admin.",
        )

    def handle(self, *, force, verbosity, **options):
        if not settings.DEBUG and not force:
            raise CommandError(
                "DEBUG is off, so this may be a real site. The demonstration makes accounts, an "
                f"administrator among them, with the password “{PASSWORD}”. If you are sure, "
                "add --force."
            )
        loaded = is_loaded()
        try:
            count = load()
        except NotReady as error:
            raise CommandError(str(error)) from error
        if not loaded:
            # The newest of its mails really go out, so that there is something to see.
            delivery.deliver_due()
            if verbosity:
                self.stdout.write(self.style.SUCCESS(f"Help desk demo: {count} tickets loaded."))
        elif verbosity:
            self.stdout.write("Help desk demo: loaded before, left as it is.")
        if verbosity:
            self._say_where()

    def _say_where(self):
        site = Site.objects.order_by("-is_default_site", "pk").first()
        model = support_page_model()
        for page in model.objects.live().order_by("pk") if model else ():
            self.stdout.write(f"  Support ({page.locale.language_code})  {page.full_url}")
        try:
            path = reverse("wagtail_helpdesk_admin:tickets")
        except NoReverseMatch:
            path = reverse("wagtailadmin_home")
        self.stdout.write(f"  Queue          {site.root_url}{path}")
        if port := port_to_try(site):
            self.stdout.write(
                self.style.WARNING(
                    f"  These addresses, and the links in mails, are dead where the site answers on port {port}: "
                    f"set it in the admin, at {reverse('wagtailsites:edit', args=[site.pk])}"
                )
            )
        self.stdout.write(f"  Logins         {'  '.join(LOGINS)}      password: {PASSWORD}")
        self.stdout.write(
            "                 level1 to level3 work in all three divisions, leader leads Network and "
            "Devices,\n                 dimas works in Billing alone: neither sees the tickets of the other."
        )
        self.stdout.write(
            "                 hannah is a requester with an account: her tickets are under “My complaints”"
            " below Support."
        )
