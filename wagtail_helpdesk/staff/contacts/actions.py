"""What staff do with a contact after one question: switch it off and on, unlink its login."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ... import people
from ...models import Contact


class ContactAction(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """Abstract: a page about one standing contact, between its own page and the list."""

    model = Contact
    permission_required = "change"
    header_icon = "user"
    index_url_name = ""
    inspect_url_name = ""

    @cached_property
    def contact(self) -> Contact:
        contacts = Contact.objects.standing().select_related("organisation", "user")
        return get_object_or_404(contacts, pk=self.kwargs["pk"])

    def url_of(self, contact: Contact) -> str:
        return reverse(self.inspect_url_name, args=[contact.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Contacts")},
            {"url": self.url_of(self.contact), "label": str(self.contact)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            contact=self.contact,
            contact_url=self.url_of(self.contact),
            action_url=self.request.path,
            **kwargs,
        )


class ConfirmView(ContactAction):
    """Abstract: GET says what it does, POST does it."""

    template_name = "wagtail_helpdesk/staff/contacts/confirm.html"
    operation: Callable[..., Contact]
    effects: tuple[Any, ...] = ()
    submit_label: Any = ""
    done: Any = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = type(self).operation(self.contact, by=request.user)
        messages.success(request, self.done % {"contact": contact})
        return redirect(self.url_of(contact))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            effects=self.effects, submit_label=self.submit_label, **kwargs
        )


class DeactivateView(ConfirmView):
    page_title = gettext_lazy("Deactivate")
    operation = people.deactivate
    effects = (
        gettext_lazy("Nothing is mailed to them any more, not even what waits to be sent."),
        gettext_lazy(
            "Links that were mailed, browsers that have a ticket open, the status look-up and their "
            "login's “My complaints” don't open anything."
        ),
        gettext_lazy("Their tickets stay as they are, and staff go on working on them."),
        gettext_lazy(
            "What comes in under their address or number is recorded all the same, with a private "
            "note that nobody is told. No complaint is lost."
        ),
        gettext_lazy("You can reactivate them at any time."),
    )
    submit_label = gettext_lazy("Deactivate this contact")
    done = gettext_lazy("“%(contact)s” is deactivated.")


class ReactivateView(ConfirmView):
    page_title = gettext_lazy("Reactivate")
    operation = people.reactivate
    effects = (
        gettext_lazy("They are written to again. What was not mailed meanwhile stays unsent."),
        gettext_lazy("Links that were mailed before and have not expired open again."),
    )
    submit_label = gettext_lazy("Reactivate this contact")
    done = gettext_lazy("“%(contact)s” is active again.")


class UnlinkView(ConfirmView):
    page_title = gettext_lazy("Unlink the login")
    operation = people.unlink_login
    effects = (
        gettext_lazy("The login's “My complaints” shows this contact's tickets no longer."),
        gettext_lazy("Links that were mailed go on opening their one ticket."),
    )
    submit_label = gettext_lazy("Unlink the login")
    done = gettext_lazy("“%(contact)s” has no login any more.")
