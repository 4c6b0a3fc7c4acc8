"""Levels, the first division, complaint types, escalation reasons and canned replies."""

from ..models import (
    CannedReply,
    ComplaintType,
    ComplaintTypeName,
    Division,
    DivisionName,
    EscalationReason,
    SupportLevel,
    SupportLevelName,
)
from . import defaults
from .languages import codes_for_names
from .report import Report


def make_levels(report: Report) -> None:
    """Three levels, where there is none yet."""
    if not SupportLevel.objects.exists():
        for level in defaults.LEVELS:
            row = SupportLevel.objects.create(
                rank=level.rank, name=level.name, on_site=level.on_site
            )
            for language, code in codes_for_names().items():
                if language in level.names:
                    SupportLevelName.objects.create(
                        level=row, language=code, name=level.names[language]
                    )
        report.made.append(f"{len(defaults.LEVELS)} support levels")
    else:
        report.kept.append("support levels")


def make_division(report: Report) -> None:
    """One division to begin with, where there is none yet."""
    if Division.objects.exists():
        report.kept.append("divisions")
        return
    division = Division.objects.create(name=defaults.DIVISION)
    for language, code in codes_for_names().items():
        if language in defaults.DIVISION_NAMES:
            DivisionName.objects.create(
                division=division, language=code, name=defaults.DIVISION_NAMES[language]
            )
    report.made.append(f"the division “{defaults.DIVISION}”")


def make_types(report: Report) -> None:
    """A starter set of complaint types, questions among them, where there is none yet."""
    if ComplaintType.objects.exists():
        report.kept.append("complaint types")
        return
    division = Division.objects.order_by("pk").first()
    levels = list(SupportLevel.objects.order_by("rank"))
    for order, type_ in enumerate(defaults.TYPES, start=1):
        row = ComplaintType.objects.create(
            name=type_.name,
            division=division,
            # An owner may have kept fewer levels than we ship.
            level=levels[min(type_.rank, len(levels)) - 1],
            priority=type_.priority,
            answer_time=type_.answer_time,
            sort_order=order * 10,
        )
        for language, code in codes_for_names().items():
            if language in type_.names:
                name, answer_time = type_.names[language]
                ComplaintTypeName.objects.create(
                    complaint_type=row, language=code, name=name, answer_time=answer_time
                )
    report.made.append(f"{len(defaults.TYPES)} complaint types")


def make_reasons(report: Report) -> None:
    """The shipped escalation reasons, where there is none yet."""
    if EscalationReason.objects.exists():
        report.kept.append("escalation reasons")
        return
    EscalationReason.objects.bulk_create(
        EscalationReason(code=code, name=name, sort_order=order * 10)
        for order, (code, name) in enumerate(defaults.REASONS.items(), start=1)
    )
    report.made.append(f"{len(defaults.REASONS)} escalation reasons")


def make_replies(report: Report) -> None:
    """A few canned replies in each of the site's languages that we speak, where there is none yet."""
    if CannedReply.objects.exists():
        report.kept.append("canned replies")
        return
    made = CannedReply.objects.bulk_create(
        CannedReply(title=reply.titles[language], body=reply.texts[language], language=code)
        for language, code in codes_for_names().items()
        for reply in defaults.REPLIES
        if language in reply.texts
    )
    report.made.append(f"{len(made)} canned replies")
