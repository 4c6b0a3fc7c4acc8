"""Articles that may answer a complaint while it is being written, and the end of one that was answered."""

import logging
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from wagtail.models import Site

from ..knowledge import searches, suggest, suggestions
from ..knowledge.finding import Hit
from . import throttle
from .fields import clean_data
from .responses import private
from .tokens import FormToken
from .trail import NAME as TRAIL
from .trail import Trail

logger = logging.getLogger(__name__)

SOLVED_BY = "solved_by"
#: What a form says of the suggestions it had: nothing (no script ran), that it asked for some, that it
#: showed some.
FIELD, ASKED, SHOWN = "suggested", "asked", "shown"
MIN_WORDS = 3
#: The forms of a session that ended with "This solved it", until a complaint follows after all.
SOLVED_FORMS = "wagtail_helpdesk_solved"
REMEMBERED = 5


@dataclass(frozen=True)
class Offer:
    """A suggested article as a form shows it."""

    hit: Hit
    address: str


def live(page, request: HttpRequest) -> HttpResponse:
    """POST ``form`` and ``text``: the articles to show under what is being typed; an empty answer for none.

    A POST because what somebody complains about must not stand in addresses, which every server logs.
    """
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    data = clean_data(request.POST)
    token = FormToken.read(data.get("form", ""))
    offers: list[Offer] = []
    if token is not None:
        about = data.get("page", "")
        offers = offer(page, request, token, data.get("text", ""), leave_out=about)
    context = {"offers": offers, "page": page}
    return private(render(request, "wagtail_helpdesk/public/_suggestions.html", context))


def offer(
    page, request: HttpRequest, token: FormToken, text: str, *, leave_out: Any = ""
) -> list[Offer]:
    """At most three articles that have most of what ``text`` asks for; none of what the reader has seen.

    Looking must never stand in the way of a complaint: what goes wrong is logged, and nothing is offered.
    """
    if len(text.split()) < MIN_WORDS or not throttle.counts("suggest", request):
        return []
    try:
        with transaction.atomic():
            return _offers(page, request, token, text, str(leave_out))
    except Exception:
        logger.exception("No articles could be looked for.")
        return []


def _offers(page, request: HttpRequest, token: FormToken, text: str, seen: str) -> list[Offer]:
    if not suggestions.may_suggest(page.locale):
        return []
    site = Site.find_for_request(request)
    hits = [
        hit
        for hit in suggest(text, site=site, locale=page.locale, user=request.user)
        if str(hit.article.pk) != seen and hit.article.get_url(request)
    ]
    rows = suggestions.keep(
        suggestions.form_key(token.nonce),
        [hit.article for hit in hits],
        site=site,
        locale=page.locale,
    )
    return [
        Offer(hit, Trail("suggestion", rows[hit.article.pk]).on(hit.article.get_url(request)))
        for hit in hits
        if hit.article.pk in rows
    ]


def solved(request: HttpRequest, token: FormToken, article: str) -> bool:
    """The writer says that an article answered it; whether it was one that this form was offered."""
    if not (article.isascii() and article.isdigit() and len(article) < 10):
        return False
    form, key = suggestions.form_key(token.nonce), int(article)
    if not throttle.counts("vote", request):
        return suggestions.was_offered(form, key)
    if not suggestions.solved(form, key):
        return False
    forms = [*request.session.get(SOLVED_FORMS, []), form]
    request.session[SOLVED_FORMS] = forms[-REMEMBERED:]
    return True


def learn(request: HttpRequest, token: FormToken, data: QueryDict) -> None:
    """The complaint was sent: neither what was suggested nor what was found has answered it.

    Who said before that an article solved it, and writes now, was not helped by it either. Afterwards the
    session says nothing of what was looked for.
    """
    if data.get(FIELD) == SHOWN:
        suggestions.followed(suggestions.form_key(token.nonce))
    for form in request.session.pop(SOLVED_FORMS, []):
        suggestions.followed(form)
    trail = Trail.read(data.get(TRAIL, ""))
    search = trail.key if trail and trail.kind == "search" else searches.last_of(request.session)
    if search is not None:
        searches.followed(search)
    searches.forget(request.session)


def thanks(support_page, request: HttpRequest) -> HttpResponse:
    """What somebody reads whose complaint an article has made unnecessary."""
    return private(support_page.render(request, template="wagtail_helpdesk/public/solved.html"))
