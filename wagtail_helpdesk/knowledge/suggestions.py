"""What comes of offering articles to somebody who writes a complaint. Never who it was.

An article is suggested, perhaps opened, perhaps it solved the matter; and a complaint follows or not.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.crypto import salted_hmac

from ..models import ArticleText, Suggestion
from .language import base_of

SALT = "wagtail_helpdesk.suggestions"


def form_key(nonce: str) -> str:
    """The name under which the suggestions of one form are kept: from it nobody finds the form again."""
    return salted_hmac(SALT, nonce, algorithm="sha256").hexdigest()


def may_suggest(locale) -> bool:
    """Whether there is any article to suggest: one query, where looking for one would be several."""
    return ArticleText.objects.filter(language=base_of(locale.language_code)).exists()


def keep(form: str, articles: Iterable[Any], *, site, locale) -> dict[int, int]:
    """Note what was offered to one form, each article once. Returns article key -> key of the suggestion."""
    wanted = [article.pk for article in articles]
    if not wanted:
        return {}
    offered = Suggestion.objects.filter(form=form)
    rows = dict(offered.values_list("article", "pk"))
    new = [key for key in wanted if key not in rows]
    if new:
        Suggestion.objects.bulk_create(
            [
                Suggestion(form=form, article_id=key, site=site, language=locale.language_code)
                for key in new
            ],
            ignore_conflicts=True,
        )
        rows = dict(offered.values_list("article", "pk"))
    return {key: rows[key] for key in wanted if key in rows}


def opened(key: int) -> None:
    """Note that a suggested article was read."""
    Suggestion.objects.filter(pk=key, opened=False).update(opened=True)


def solved(form: str, article: int) -> bool:
    """Note that an article made a complaint unnecessary; whether it was one that this form was offered."""
    return bool(Suggestion.objects.filter(form=form, article=article).update(solved=True))


def was_offered(form: str, article: int) -> bool:
    """Whether ``article`` was suggested to this form."""
    return Suggestion.objects.filter(form=form, article=article).exists()


def followed(form: str) -> None:
    """Note that the complaint was sent in spite of what was suggested."""
    Suggestion.objects.filter(form=form).update(complaint_followed=True)
