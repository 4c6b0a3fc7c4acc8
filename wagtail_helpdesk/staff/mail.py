"""Outgoing mail: what waits, what was given up and why, and sending it again once the cause is mended."""

from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.utils import get_user_display_name, get_valid_next_url_from_request
from wagtail.admin.views import generic
from wagtail.permissions import policy_registry

from ..models import OutboxMessage, OutboxState, Ticket
from ..notify import delivery, queue
from .counting import capped_counts
from .queue.paging import CappedPaginator

KINDS = {
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "reply": gettext_lazy("Reply"),
    "solved": gettext_lazy("Ticket solved"),
    "reopened": gettext_lazy("Ticket reopened"),
    "merged": gettext_lazy("Tickets merged"),
    "link": gettext_lazy("Link to the ticket"),
    "links": gettext_lazy("Links to open tickets"),
    "assigned": gettext_lazy("Notice: assigned"),
    "escalated": gettext_lazy("Notice: escalated"),
    "answered": gettext_lazy("Notice: answered"),
}


class MailFilterSet(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"),
        choices=OutboxState.choices,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )

    class Meta:
        model = OutboxMessage
        fields: list[str] = []


def mails_for(user: Any) -> QuerySet:
    """The mails that ``user`` may see: those about tickets that they may read."""
    mails = OutboxMessage.objects.all()
    if policy_registry.get_by_type(Ticket).is_manager(user):
        return mails
    return mails.filter(ticket__in=Ticket.objects.visible_to(user).order_by().values("pk"))


class MailPaginator(CappedPaginator):
    @property
    def items_count_label(self) -> str:
        return _("%(count)s mails") % {"count": self.counted}


class MailView(generic.IndexView):
    model = OutboxMessage
    any_permission_required = ["view", "change"]
    page_title = gettext_lazy("Outgoing mail")
    header_icon = "mail"
    index_url_name = "wagtail_helpdesk_admin:mail"
    index_results_url_name = "wagtail_helpdesk_admin:mail_results"
    template_name = "wagtail_helpdesk/staff/mail/index.html"
    results_template_name = "wagtail_helpdesk/staff/mail/_results.html"
    filterset_class = MailFilterSet
    columns: list[Any] = []
    paginate_by = 20
    default_ordering = "-pk"

    def get_queryset(self) -> QuerySet:
        mails = self.filter_queryset(mails_for(self.request.user))
        if not self.filters.is_valid():
            mails = mails.none()
        return mails.select_related("ticket", "to_contact", "to_user").order_by("-pk")

    def get_paginator(self, queryset, per_page, **kwargs):
        counted = capped_counts({"": queryset.select_related(None)})[""]
        return MailPaginator(queryset, per_page, counted=counted)

    @cached_property
    def show_export_buttons(self) -> bool:
        return False

    def as_spreadsheet(self, queryset, spreadsheet_format):
        raise PermissionDenied

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        for mail in context["object_list"]:
            mail.kind_label = KINDS.get(mail.kind, mail.kind)
            mail.recipient = (
                mail.to_contact.name if mail.to_contact else get_user_display_name(mail.to_user)
            )
            mail.address = (mail.to_contact or mail.to_user).email
            mail.is_dead = mail.state == OutboxState.DEAD
        context["may_retry"] = self.user_has_permission("change")
        context["any_dead"] = any(mail.is_dead for mail in context["object_list"])
        return context


class RetryView(View):
    """POST: queue again one mail (``id``), or all that the user may see, that were given up."""

    http_method_names = ["post"]

    def post(self, request):
        if not policy_registry.get_by_type(OutboxMessage).user_has_permission(
            request.user, "change"
        ):
            raise PermissionDenied
        mails = mails_for(request.user).filter(state=OutboxState.DEAD)
        chosen = request.POST.get("id", "")
        if chosen != "all":
            known = chosen.isdecimal() and len(chosen) < 19
            mails = mails.filter(pk=chosen) if known else mails.none()
        with transaction.atomic():
            keys = list(mails.values_list("pk", flat=True)[:10_000])
            number = queue.send_again(OutboxMessage.objects.filter(Q(pk__in=keys)))
            transaction.on_commit(delivery.wake, robust=True)
        if number:
            sent = ngettext(
                "%(number)d mail will be sent again.",
                "%(number)d mails will be sent again.",
                number,
            )
            messages.success(request, sent % {"number": number})
        else:
            messages.warning(request, _("There was no mail to send again."))
        return redirect(get_valid_next_url_from_request(request) or MailView.index_url_name)
