"""Who else is looking at a ticket, through Wagtail's own editing sessions."""

from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.admin.ui.editing_sessions import EditingSessionsModule

from ...models import Ticket

#: No session has this key; Wagtail's ping makes one, and answers with its address.
NO_SESSION = 0


def presence(ticket: Ticket, *, user) -> EditingSessionsModule:
    """The avatars in the header. Reading a ticket writes nothing: the first ping makes the session."""
    session = EditingSession(
        user=user,
        content_type=ContentType.objects.get_for_model(Ticket),
        object_id=str(ticket.pk),
        last_seen_at=timezone.now(),
    )
    ping = ("wagtail_helpdesk", "ticket", quote(ticket.pk), NO_SESSION)
    return EditingSessionsModule(
        session,
        reverse("wagtailadmin_editing_sessions:ping", args=ping),
        reverse("wagtailadmin_editing_sessions:release", args=[NO_SESSION]),
        [],
    )
