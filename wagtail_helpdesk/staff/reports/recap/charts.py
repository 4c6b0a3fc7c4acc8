"""Charts as SVG, drawn on the server: they print, follow the theme, need no script, and stand beside their table.

Series differ by pattern and by words, never by colour alone. What a chart shows is said in its title; the numbers are
in the table. Where one reads from right to left, time does too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

from ...markup import joined, written

WIDTH, HEIGHT, FOOT, TOP = 640, 200, 24, 18
#: One pattern for each series, by class: the style sheet says how they look.
CHART = """<figure class="wh-chart">
<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-chart" class="wh-chart__picture">
<title id="{key}-chart">{title}</title>
<defs><pattern id="{key}-lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="wh-chart__ground" width="6" height="6"/><rect class="wh-chart__stripe" width="3" height="6"/></pattern></defs>
{content}</svg>
{legend}</figure>"""
BAR = '<rect class="wh-chart__bar wh-chart__bar--{series}" x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"{fill}/>'
LABEL = (
    '<text class="wh-chart__{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
)
AXIS = '<line class="wh-chart__axis" x1="0" y1="{y}" x2="{width}" y2="{y}"/>'
LEGEND = '<figcaption class="wh-chart__legend">{items}</figcaption>'
ITEM = '<span><svg class="wh-chart__key" viewBox="0 0 12 12" aria-hidden="true"><rect class="wh-chart__bar wh-chart__bar--{series}" width="12" height="12"{fill}/></svg> {label}</span>'


@dataclass(frozen=True)
class Series:
    label: str
    values: Sequence[int]


def columns(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Columns in groups, one group for each label: how something developed."""
    highest = max((value for each in series for value in each.values), default=0) or 1
    room = WIDTH / max(1, len(labels))
    wide = min(24.0, room * 0.8 / len(series))
    ground = HEIGHT - FOOT
    parts = [written(AXIS, y=ground, width=WIDTH)]
    for place, label in enumerate(labels):
        middle = _across((place + 0.5) * room)
        parts.append(_text("foot", middle, HEIGHT - 8, label))
        for number, each in enumerate(series):
            value = each.values[place]
            height = (ground - TOP) * value / highest
            shift = (number - len(series) / 2) * wide * (-1 if get_language_bidi() else 1)
            left = middle + shift - (wide if get_language_bidi() else 0)
            parts.append(_bar(key, number, left, ground - height, wide - 1, height))
            if value:
                parts.append(_text("value", left + wide / 2, ground - height - 4, str(value)))
    return _figure(key, title, HEIGHT, parts, series)


def bars(key: str, title: str, labels: Sequence[str], series: Sequence[Series]) -> SafeString:
    """Bars that lie, one group for each label: things beside each other."""
    highest = max((value for each in series for value in each.values), default=0) or 1
    thick, names, numbers = 14, 190, 60
    group = thick * len(series) + 10
    parts = []
    for place, label in enumerate(labels):
        top = place * group
        words = label if len(label) <= 28 else f"{label[:27]}…"
        parts.append(_text("name", _across(0), top + group / 2 + 1, words, at_start=True))
        for number, each in enumerate(series):
            value = each.values[place]
            length = (WIDTH - names - numbers) * value / highest
            y = top + number * thick + 3
            left = WIDTH - names - length if get_language_bidi() else names
            parts.append(_bar(key, number, left, y, length, thick - 2))
            end = _across(names + length + 5)
            parts.append(_text("value", end, y + thick - 4, str(value), at_start=True))
    return _figure(key, title, max(1, len(labels)) * group, parts, series)


def _across(x: float) -> float:
    """Where ``x`` from the reader's beginning is."""
    return WIDTH - x if get_language_bidi() else x


def _bar(key: str, series: int, x: float, y: float, w: float, h: float) -> SafeString:
    return _safe(BAR, x=x, y=y, w=max(0.0, w), h=h, series=series, fill=_fill(key, series))


def _text(kind: str, x: float, y: float, text: str, *, at_start: bool = False) -> SafeString:
    anchor = (
        "start" if at_start else "middle"
    )  # of the text, which begins at the right where one reads so
    values = {"kind": kind, "x": f"{x:.1f}", "y": f"{y:.1f}", "anchor": anchor, "text": text}
    return written(LABEL.replace(":.1f", ""), **values)


def _fill(key: str, series: int) -> SafeString:
    return written(' fill="url(#{key}-lines)"', key=key) if series else SafeString()


def _safe(pattern: str, **numbers) -> SafeString:
    return SafeString(pattern.format(**numbers))


def _figure(
    key: str, title: str, height: float, parts: list[SafeString], series: Sequence[Series]
) -> SafeString:
    items = [
        written(ITEM, series=number, fill=_fill(key, number), label=each.label)
        for number, each in enumerate(series)
    ]
    return written(
        CHART,
        key=key,
        title=title,
        width=WIDTH,
        height=round(height),
        content=joined(parts),
        legend=written(LEGEND, items=joined(items)),
    )
