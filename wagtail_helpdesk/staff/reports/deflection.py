"""Reports › Deflection: what came of the articles that were suggested to people writing a complaint."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...knowledge import deflection
from .base import KnowledgeReportView
from .sections import NUMBER, SHARE, Column, Row, Section


class DeflectionView(KnowledgeReportView):
    page_title = gettext_lazy("Deflection")
    header_icon = "check"
    index_url_name = "wagtail_helpdesk_admin:deflection"
    index_results_url_name = "wagtail_helpdesk_admin:deflection_results"
    report_name = "deflection"
    introduction = gettext_lazy(
        "Somebody begins a complaint, and articles are suggested to them. A complaint is deflected when "
        "they say “This solved it” and no complaint follows. Who leaves the form without a word "
        "is not counted as helped: nobody knows why they left."
    )
    builders = {"together": "together", "articles": "by_article"}

    def together(self) -> Section:
        totals = deflection.totals(self.scope)
        everything = _("All")
        return Section(
            key="together",
            title=_("All articles together"),
            counted=_(
                "Complaints that somebody began to write and to whom an article was suggested. However "
                "many were suggested, each counts once."
            ),
            empty=_("No article was suggested to anybody."),
            columns=[Column(_("Complaints begun"), lambda record: everything), *_counts(vars)],
            records=[totals] if totals.suggested else [],
        )

    def by_article(self) -> Section:
        def prepare(records: list[dict[str, Any]]) -> None:
            self.articles.read([record["page_id"] for record in records])

        def dress(row: Row, record: dict[str, Any]) -> None:
            row.url = self.articles.url(record["page_id"])
            row.actions = self.articles.edit_action(record["page_id"], row.title)

        return Section(
            key="articles",
            title=_("By article"),
            counted=_(
                "The same for each article. With several suggestions, one complaint counts for each of "
                "them. Below %(number)d suggestions there is no share: one more or less would change it."
            )
            % {"number": deflection.ENOUGH},
            empty=_("No article was suggested to anybody."),
            columns=[
                Column(_("Article"), lambda record: record["title"]),
                self.language_column("written"),
                *_counts(dict),
            ],
            records=deflection.by_article(self.scope),
            prepare=prepare,
            dress=dress,
        )


def _counts(as_dict: Any) -> list[Column]:
    """The funnel. ``as_dict`` makes a dict of a record."""

    def column(heading: str, key: str) -> Column:
        return Column(heading, lambda record: as_dict(record)[key], NUMBER)

    too_few = _("not enough to say")

    def share(record: Any) -> str:
        counts = as_dict(record)
        share = deflection.share(counts["deflected"], counts["suggested"])
        return too_few if share is None else f"{share}%"

    return [
        column(_("Suggested"), "suggested"),
        column(_("Opened"), "used"),
        column(_("“This solved it”"), "solved_it"),
        column(_("Complaint followed"), "followed"),
        column(_("Deflected"), "deflected"),
        Column(_("Share deflected"), share, SHARE),
    ]
