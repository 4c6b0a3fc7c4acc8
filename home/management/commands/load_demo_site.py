import os

from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Locale, Page, Site

from home.demo_content import PAGES
from home.models import ContentPage, HomePage

LANGUAGES = ("en", "id")


class Command(BaseCommand):
    help = (
        "Makes the demonstration site's own pages, in English and Indonesian, where they are "
        "missing. What exists is left as it is; only the site's port follows --port."
    )

    def add_arguments(self, parser):
        parser.add_argument("--hostname", default="localhost")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    @transaction.atomic
    def handle(self, *, hostname, port, verbosity, **options):
        locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
        made = make_pages(locales)
        set_site(HomePage.objects.get(locale=locales["en"], depth=2), hostname, port)
        if verbosity:
            self.stdout.write(f"Demo site: {made} pages made, at http://{hostname}:{port}/")


def make_pages(locales):
    """The front page of each language with its pages below; returns how many were missing."""
    made = 0
    for slug, versions in PAGES.items():
        key = None
        for code, locale in locales.items():
            page = find(slug, locale)
            if page is None:
                page = make(slug, locale, versions[code], key)
                made += 1
            key = page.translation_key
    fill_bodies(locales)
    return made


def find(slug, locale):
    if not slug:
        return HomePage.objects.filter(locale=locale, depth=2).first()
    return ContentPage.objects.filter(locale=locale, depth=3, slug=slug).first()


def make(slug, locale, version, translation_key):
    title, lead, _body = version
    fields = {"title": title, "lead": lead, "locale": locale}
    if translation_key:
        fields["translation_key"] = translation_key
    if slug:
        page = ContentPage(slug=slug, show_in_menus=True, **fields)
        return find("", locale).add_child(instance=page)
    # Front pages are siblings below the root, so their slugs must differ; no address shows them.
    page = HomePage(slug=f"serayu-link-{locale.language_code}", **fields)
    return Page.get_first_root_node().add_child(instance=page)


def fill_bodies(locales):
    """Bodies come last, because a card needs the page it links to."""
    for slug, versions in PAGES.items():
        for code, locale in locales.items():
            page = find(slug, locale)
            if page.body or page.latest_revision_id:
                continue
            page.body = [block(part, locale) for part in versions[code][2]]
            page.save_revision().publish()


def block(part, locale):
    kind, heading, content = part
    if kind == "section":
        return {"type": kind, "value": {"heading": heading, "text": content}}
    items = [
        {
            "title": title,
            "text": text,
            "note": note,
            "page": getattr(find(slug, locale), "pk", None) if slug else None,
        }
        for title, text, note, slug in content
    ]
    return {"type": kind, "value": {"heading": heading, "cards": items}}


def set_site(home, hostname, port):
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    replaced = site.root_page if site.pk else None
    wanted = {"hostname": hostname, "port": port, "root_page_id": home.pk}
    if all(getattr(site, name) == value for name, value in wanted.items()):
        return
    for name, value in wanted.items():
        setattr(site, name, value)
    site.site_name = site.site_name or "Serayu Link"
    site.save()
    # Wagtail's own welcome page has done its duty.
    if (
        replaced
        and replaced.pk != home.pk
        and replaced.slug == "home"
        and not replaced.get_children()
    ):
        replaced.delete()
