"""Rows of what visitors looked for and what came of it, as the public pages leave them."""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Site

from wagtail_helpdesk.models import ArticleVote, SearchLog, Suggestion

DAY = timedelta(days=1)


def search(site, query="red lamp", *, language="en", ago=0, times=1, **fields):
    fields.setdefault("found", 0)
    for _each in range(times):
        row = SearchLog.objects.create(query=query, language=language, site=site, **fields)
        at(row, ago)


def vote(page, *, ago=0, **fields):
    at(ArticleVote.objects.create(page_id=page.pk, **fields), ago)


def at(row, days_ago):
    """Rows are dated when they are made; here, so many days earlier."""
    moment = timezone.now() - days_ago * DAY
    type(row).objects.filter(pk=row.pk).update(created_at=moment)


def other_site(desk):
    root = desk.site.root_page.get_parent().add_child(
        instance=type(desk.site.root_page)(
            title="Other", slug="other", locale=desk.site.root_page.locale
        )
    )
    return Site.objects.create(hostname="other.example.org", root_page=root)


def suggest(site, article, form="a", *, ago=0, language="en", **fields):
    """The article was suggested to whoever wrote ``form``."""
    row = Suggestion.objects.create(
        form=form, article_id=article.pk, site=site, language=language, **fields
    )
    at(row, ago)
