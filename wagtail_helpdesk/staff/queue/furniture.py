"""What stands around the rows: the tabs of the saved views, the heads of the columns, the page numbers."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page
from django.http import QueryDict
from django.template.defaultfilters import capfirst
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..counting import Count
from ..markup import joined, written
from .listing import ORDERS_IN_WORDS, Listing
from .saved_views import VIEWS

#: Name, label and first order of each column. What belongs together shares one.
COLUMNS = [
    ("ticket", gettext_lazy("Ticket"), None),
    ("requester", gettext_lazy("Requester and type"), None),
    ("place", gettext_lazy("Division and level"), None),
    ("assignee", gettext_lazy("Assignee"), None),
    ("status", gettext_lazy("Status"), None),
    ("priority", gettext_lazy("Priority"), "-priority"),
    ("due", gettext_lazy("Due"), "due_at"),
    ("updated", gettext_lazy("Updated"), "-updated_at"),
    ("age", gettext_lazy("Age"), "-created_at"),
]
HEAD = '<th role="columnheader" scope="col" class="wh-queue__{name}"{sort}>{content}</th>'
SORTING = '<a href="{url}">{label}</a>'
SORTED = (
    '<a href="{url}" title="{title}">{label} '
    '<svg class="icon wh-icon" aria-hidden="true"><use href="#icon-arrow-{way}"></use></svg></a>'
)
TAB = '<li><a href="{url}"{current}>{label}{count}</a></li>'
COUNT = ' <span class="wh-views__count">{count}</span>'
#: Wagtail's own (``wagtailadmin/shared/pagination_nav.html``); a test compares the two.
PAGES = """<nav class="pagination" aria-label="{label}">
<div class="pagination__start"><p>{place}</p></div>
<ul>
<li class="prev"><a{previous}>
<svg class="icon icon-arrow-left default" aria-hidden="true"><use href="#icon-arrow-left"></use></svg>
{back}
</a></li>
{numbers}
<li class="next"><a{following}>
{forth}
<svg class="icon icon-arrow-right default" aria-hidden="true"><use href="#icon-arrow-right"></use></svg>
</a></li>
</ul>
<div class="pagination__end">{total}</div>
</nav>"""
NUMBER = '<li class="pagination__page-number{current_class}"><a{href}{current}>{number}</a></li>'
ELLIPSIS = '<li class="pagination__page-number"><span>{ellipsis}</span></li>'
CURRENT_CLASS = SafeString(" pagination__page-number--current")
CURRENT = SafeString(' aria-current="page"')
NOTHING = SafeString()


@lru_cache
def _labels(language: str | None) -> dict[str, SafeString]:
    """Of tabs and heads, in the reader's language."""
    labels = {name: label for name, label, _order in COLUMNS}
    labels |= {f"view {view.name}": view.label for view in VIEWS.values()}
    return {name: written("{label}", label=label) for name, label in labels.items()}


def tabs(listing: Listing, url: str, counts: Mapping[str, Count]) -> SafeString:
    language = get_language()
    return joined(
        [
            _tab(name, url, view is listing.view, counts.get(name), language)
            for name, view in VIEWS.items()
        ]
    )


@lru_cache(maxsize=1_000)
def _tab(
    name: str, url: str, is_current: bool, count: Count | None, language: str | None
) -> SafeString:
    return written(
        TAB,
        url=f"{url}?view={name}",
        current=CURRENT if is_current else NOTHING,
        label=_labels(language)[f"view {name}"],
        count=written(COUNT, count=count) if count is not None else NOTHING,
    )


def heads(listing: Listing, url: str) -> SafeString:
    """A second click on one turns the order round. The one in force says so."""
    params = listing.data.copy()
    for dropped in ("p", "_w_filter_fragment", "ordering"):
        params.pop(dropped, None)
    params["view"] = listing.view.name
    return _heads(f"{url}?{params.urlencode()}&ordering=", listing.ordering, get_language())


@lru_cache(maxsize=1_000)
def _heads(url: str, ordering: str, language: str | None) -> SafeString:
    """``url`` lacks only the name of an order."""
    labels = _labels(language)
    current = ordering.removeprefix("-")
    cells = []
    for name, _label, order in COLUMNS:
        sort, content = NOTHING, labels[name]
        if order and order.removeprefix("-") == current:
            content, sort = _sorted(ordering, url, content)
        elif order:
            content = written(SORTING, url=f"{url}{order}", label=content)
        cells.append(written(HEAD, name=name, sort=sort, content=content))
    return joined(cells)


def plain_heads() -> SafeString:
    """Of a list in one order, which nothing turns round."""
    return _plain_heads(get_language())


@lru_cache
def _plain_heads(language: str | None) -> SafeString:
    labels = _labels(language)
    cells = [
        written(HEAD, name=name, sort=NOTHING, content=labels[name]) for name, *_rest in COLUMNS
    ]
    return joined(cells)


def _sorted(ordering: str, url: str, label: SafeString) -> tuple[SafeString, SafeString]:
    # Age and urgency: the largest first means the oldest, and the most urgent.
    key, is_descending = ordering.removeprefix("-"), ordering.startswith("-")
    content = written(
        SORTED,
        url=f"{url}{key}" if is_descending else f"{url}-{key}",
        title=ORDERS_IN_WORDS[ordering],
        label=label,
        way="down" if is_descending else "up",
    )
    way = "descending" if is_descending else "ascending"
    return content, written(' aria-sort="{way}"', way=way)


def page_numbers(page: Page, numbers: Iterable[int | str], url: str, data: QueryDict) -> SafeString:
    """``numbers`` are those to offer, with an ellipsis for what is left out."""
    params = data.copy()
    params.pop("p", None)
    kept = f"{params.urlencode()}&" if params else ""

    def href(number: int, is_there: bool = True) -> SafeString:
        return written(' href="{url}"', url=f"{url}?{kept}p={number}") if is_there else NOTHING

    items = [
        written(
            NUMBER,
            current_class=CURRENT_CLASS if number == page.number else NOTHING,
            href=href(number),
            current=CURRENT if number == page.number else NOTHING,
            number=intcomma(number),
        )
        if isinstance(number, int)
        else written(ELLIPSIS, ellipsis=number)
        for number in numbers
    ]
    place = {
        "page_num": intcomma(page.number),
        "total_pages": intcomma(page.paginator.num_pages),
    }
    return written(
        PAGES,
        label=_("Pagination"),
        place=_("Page %(page_num)s of %(total_pages)s") % place,
        previous=href(page.number - 1, page.has_previous()),
        back=_("Previous"),
        numbers=joined(items),
        following=href(page.number + 1, page.has_next()),
        forth=_("Next"),
        total=capfirst(page.paginator.items_count_label),
    )
