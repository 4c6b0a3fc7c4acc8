"""What groups can grant: the verbs of tickets, and the desk's own lists."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet

#: Models whose permissions the group form offers. Their settings offer themselves, per site.
MODELS = (
    "ticket",
    "contact",
    "organisation",
    "division",
    "complainttype",
    "supportlevel",
    "escalationreason",
    "procedure",
    "cannedreply",
    "outboxmessage",
    "searchlog",
    "synonyms",
    "articlesource",
    "tally",
)


def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="wagtail_helpdesk", content_type__model__in=MODELS
    )
