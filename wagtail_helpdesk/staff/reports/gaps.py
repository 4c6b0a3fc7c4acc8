"""Reports › Knowledge gaps: what the knowledge base could not answer."""

from functools import cached_property
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from ...knowledge import gaps
from ...models import Ticket
from .base import KnowledgeReportView
from .sections import LINES, MOMENT, NUMBER, Action, Column, Row, Section

#: Comments on one article that the page shows, and that the export holds.
COMMENTS_SHOWN, COMMENTS_EXPORTED = 3, 100


class GapsView(KnowledgeReportView):
    page_title = gettext_lazy("Knowledge gaps")
    header_icon = "search"
    index_url_name = "wagtail_helpdesk_admin:gaps"
    index_results_url_name = "wagtail_helpdesk_admin:gaps_results"
    report_name = "knowledge-gaps"
    introduction = gettext_lazy(
        "What visitors wanted to know and the knowledge base did not tell them. "
        "Each of these is an article to write, to improve or to translate."
    )
    builders = {
        "nothing": "found_nothing",
        "ticket": "ended_in_ticket",
        "types": "types_without_article",
        "unhelpful": "voted_unhelpful",
        "languages": "in_another_language",
    }

    def found_nothing(self) -> Section:
        def dress(row: Row, record: dict[str, Any]) -> None:
            if record["abroad"]:
                row.notes.append(_("An article in another language may answer it: see below."))
            row.actions = self.articles.write_action(record["query"], record["language"])

        return Section(
            key="nothing",
            title=_("Searches that found nothing"),
            counted=_(
                "Searches in the knowledge base without a single result, counted by what was typed. "
                "Turning the pages of an answer is no new search. Addresses and numbers are masked."
            ),
            empty=_("Every search found something."),
            columns=[
                _query(),
                self.language_column("language"),
                _times(_("Searches")),
                _last(_("Last search")),
            ],
            records=gaps.found_nothing(self.scope),
            dress=dress,
        )

    def ended_in_ticket(self) -> Section:
        def dress(row: Row, record: dict[str, Any]) -> None:
            row.actions = self.articles.write_action(record["query"], record["language"])

        return Section(
            key="ticket",
            title=_("Searches that ended in a ticket"),
            counted=_(
                "Of who sent a complaint: the search that led to the form, or else their last one, if it "
                "was within a day. What it found, if anything, did not help."
            ),
            empty=_("No search was followed by a complaint."),
            columns=[
                _query(),
                self.language_column("language"),
                _times(_("Searches")),
                Column(_("Found nothing"), lambda record: record["without"], NUMBER),
                Column(_("Opened an article"), lambda record: record["opened"], NUMBER),
                _last(_("Last search")),
            ],
            records=gaps.ended_in_ticket(self.scope),
            dress=dress,
        )

    def types_without_article(self) -> Section:
        tickets = Ticket.objects.visible_to(self.request.user)
        found = gaps.types_without_article(self.scope, tickets=tickets)

        def dress(row: Row, record: tuple[str, int]) -> None:
            row.actions = self.articles.write_action(row.title, self.scope.language)

        return Section(
            key="types",
            title=_("Complaint types without an article"),
            counted=_(
                "Complaint types in use that no published article names which everybody may read, in "
                "any language unless you choose one; with the tickets of that type in the period, of "
                "those that you may see."
            ),
            empty=_("Every complaint type has an article."),
            columns=[
                Column(_("Complaint type"), lambda record: record[0]),
                Column(_("Tickets"), lambda record: record[1], NUMBER),
            ],
            records=[(str(each), number) for each, number in found],
            dress=dress,
        )

    def voted_unhelpful(self) -> Section:
        comments: dict[int, list[str]] = {}

        def prepare(records: list[dict[str, Any]]) -> None:
            keys = [record["page_id"] for record in records]
            self.articles.read(keys)
            comments.update(gaps.comments_on(self.scope, keys, limit=COMMENTS_SHOWN))

        def dress(row: Row, record: dict[str, Any]) -> None:
            row.url = self.articles.url(record["page_id"])
            row.quotes = comments.get(record["page_id"], [])
            if more := record["comments"] - len(row.quotes):
                row.notes.append(
                    ngettext(
                        "%(number)d more comment is in the export.",
                        "%(number)d more comments are in the export.",
                        more,
                    )
                    % {"number": more}
                )
            row.actions = self.articles.edit_action(record["page_id"], row.title)

        return Section(
            key="unhelpful",
            title=_("Articles voted unhelpful"),
            counted=_(
                "“No” to “Did this answer your question?”, with the reasons that were given. A visitor "
                "votes once for an article. Comments are the visitors' own words and may hold "
                "personal data: take care whom you pass them to."
            ),
            empty=_("Nobody found an article unhelpful."),
            columns=[
                Column(_("Article"), lambda record: record["title"]),
                self.language_column("language"),
                Column(_("Unhelpful"), lambda record: record["no"], NUMBER),
                Column(_("Helpful"), lambda record: record["yes"], NUMBER),
                Column(_("Reasons"), _reasons, LINES, in_export=False),
                *_reasons_of_the_export(),
                Column(
                    _("Comments"),
                    lambda record: self._all_comments.get(record["page_id"], []),
                    LINES,
                    on_page=False,
                ),
                _last(_("Last vote")),
            ],
            records=gaps.voted_unhelpful(self.scope),
            prepare=prepare,
            dress=dress,
        )

    def in_another_language(self) -> Section:
        def prepare(records: list[dict[str, Any]]) -> None:
            self.articles.read([record["page_id"] for record in records])

        def dress(row: Row, record: dict[str, Any]) -> None:
            row.url = self.articles.url(record["page_id"])
            row.actions = self._translate(record["page_id"], row.title)

        return Section(
            key="languages",
            title=_("Articles asked for in another language"),
            counted=_(
                "Searches that found nothing in the language of the page, or only by reading a word as "
                "mistyped, where an article in another language may answer. Once the article is "
                "published in that language, it is left out."
            ),
            empty=_("Nobody needed an article in a language that it does not exist in."),
            columns=[
                Column(_("Article"), lambda record: record["title"]),
                self.language_column("written", _("Written in")),
                self.language_column("wanted", _("Asked for in")),
                _times(_("Searches")),
                _last(_("Last search")),
            ],
            records=gaps.in_another_language(self.scope),
            prepare=prepare,
            dress=dress,
        )

    def _translate(self, page: int, title: str) -> list[Action]:
        """With Wagtail's own translation, where the site has it and the user may; else by the editor."""
        if apps.is_installed("wagtail.contrib.simple_translation") and self.request.user.has_perm(
            "simple_translation.submit_translation"
        ):
            url = reverse("simple_translation:submit_page_translation", args=[page])
            label = _("Translate “%(title)s”") % {"title": title}
            return [Action(_("Translate"), label, url)]
        return self.articles.edit_action(page, title)

    @cached_property
    def _all_comments(self) -> dict[int, list[str]]:
        return gaps.comments_on(self.scope, limit=COMMENTS_EXPORTED)


def _query() -> Column:
    return Column(pgettext("column", "Search"), lambda record: record["query"])


def _times(heading: str) -> Column:
    return Column(heading, lambda record: record["times"], NUMBER)


def _last(heading: str) -> Column:
    return Column(heading, lambda record: record["last"], MOMENT)


def _reasons(record: dict[str, Any]) -> list[str]:
    counted = [(record[reason.value], reason.label) for reason in gaps.REASONS]
    counted.sort(key=lambda pair: -pair[0])
    lines = [
        _("%(reason)s: %(number)d") % {"reason": label, "number": number}
        for number, label in counted
        if number
    ]
    if unsaid := record["no"] - sum(number for number, _label in counted):
        lines.append(_("%(reason)s: %(number)d") % {"reason": _("No reason"), "number": unsaid})
    return lines


def _reasons_of_the_export() -> list[Column]:
    def count(reason: str):
        return lambda record: record[reason]

    return [
        Column(str(reason.label), count(reason.value), NUMBER, on_page=False)
        for reason in gaps.REASONS
    ]
