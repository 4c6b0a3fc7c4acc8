from django.core.management.base import BaseCommand

from ...knowledge import keeping


class Command(BaseCommand):
    help = (
        "Write down the words of all articles anew. Needed once where articles were there before the help desk, "
        "and after changing the stemmer of a language; otherwise they are kept when a page is saved."
    )

    def handle(self, *args, **options):
        self.stdout.write(f"{keeping.rebuild()} articles.")
