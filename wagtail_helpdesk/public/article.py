"""Reading an article and saying whether it helped."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from ..knowledge import searches, suggestions, votes
from ..knowledge.articles import article_models, visible_pages
from ..models import ArticleVote
from . import throttle
from .trail import Trail

VOTED = "wagtail_helpdesk_votes"
OPENED = "wagtail_helpdesk_opened"
#: Articles that a session remembers.
REMEMBERED = 200
#: Seconds within which a second vote of one browser on an article is the same click.
DOUBLE_CLICK = 60


class WhyNotForm(forms.Form):
    """Why an article did not help. Nothing of it is required."""

    reason = forms.ChoiceField(
        label=_("What was wrong?"),
        choices=ArticleVote.Reason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = forms.CharField(
        label=_("What were you looking for?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Leave out names, addresses and numbers: we don't know who writes here and can't answer."
        ),
    )


def context_of(page, request: HttpRequest) -> dict[str, Any]:
    vote = request.session.get(VOTED, {}).get(str(page.pk))
    trail = Trail.of(request)
    if not getattr(request, "is_preview", False):
        _count_opening(page, request)
        _note(trail, page)
    complaint_type = page.complaint_types.filter(retired=False).order_by("pk").first()
    headings = [block for block in page.body if block.block_type == "heading"]
    return {
        "vote": vote,
        "why_not": WhyNotForm() if vote == "no" else None,
        "contents": headings if len(headings) > 3 else [],
        "related": _related(page, request),
        "ask_about": urlencode(
            {"page": page.pk}
            | ({"type": complaint_type.pk} if complaint_type else {})
            | (trail.query if trail else {})
        ),
    }


def vote(page, request: HttpRequest) -> HttpResponse:
    """POST ``helpful`` = yes or no: counted once per session. A no may be followed by its reason."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    answer = request.POST.get("helpful")
    given = request.session.get(VOTED, {})
    key = str(page.pk)
    if answer in ("yes", "no") and key not in given:
        row = votes.vote(page, helpful=answer == "yes") if _counts(page, request) else None
        _remember(request, VOTED, key, answer)
        if answer == "no" and row is not None:
            request.session[f"{VOTED}_row"] = [key, row.pk]
    elif answer == "why" and given.get(key) == "no":
        _say_why(page, request)
    return HttpResponseRedirect(f"{page.get_url(request)}#helpful")


def _counts(page, request: HttpRequest) -> bool:
    """Whether this vote is one: the first of its browser, also of two clicks at once, from a network that votes little."""
    browser = request.session.session_key or request.META.get("CSRF_COOKIE")
    name = f"{browser}:{page.pk}"
    is_first = not browser or throttle.first("vote", name, seconds=DOUBLE_CLICK)
    return is_first and throttle.counts("vote", request)


def _say_why(page, request: HttpRequest) -> None:
    form = WhyNotForm(request.POST)
    key, row = request.session.get(f"{VOTED}_row", [None, None])
    if key == str(page.pk) and form.is_valid():
        votes.say_why(row, reason=form.cleaned_data["reason"], comment=form.cleaned_data["comment"])
        del request.session[f"{VOTED}_row"]
        _remember(request, VOTED, key, "why")


def _count_opening(page, request: HttpRequest) -> None:
    """A session counts once for an article; a reader without one counts each time.

    Only a session that exists already is written to: reading an article sets no cookie.
    """
    if not request.session.session_key:
        votes.count_opening(page)
        return
    if str(page.pk) not in request.session.get(OPENED, {}):
        votes.count_opening(page)
        _remember(request, OPENED, str(page.pk), 1)


def _note(trail: Trail | None, page) -> None:
    """What led here has led somewhere."""
    if trail is None:
        return
    if trail.kind == "search":
        searches.clicked(trail.key, page)
    else:
        suggestions.opened(trail.key)


def _remember(request: HttpRequest, name: str, key: str, value) -> None:
    known = request.session.get(name, {})
    known[key] = value
    while len(known) > REMEMBERED:
        del known[next(iter(known))]
    request.session[name] = known


def _related(page, request: HttpRequest) -> list[Any]:
    keys = [block.value.pk for block in page.related if block.value is not None]
    if not keys:
        return []
    site = Site.find_for_request(request)
    found = {
        article.pk: article
        for model in article_models()
        for article in visible_pages(
            model, site=site, locale=page.locale, user=request.user
        ).filter(pk__in=keys)
    }
    return [found[key] for key in keys if key in found]
