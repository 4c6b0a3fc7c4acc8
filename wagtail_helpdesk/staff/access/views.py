"""The pages "who may do what": whom to look at, and one member of staff."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from ...models import Ticket
from ...references import normalise_reference
from ..search import clean_query
from ..viewsets.choosers import searched_columns
from .answers import VERBS, Access, names_of
from .looking import staff_to_look_at, users_to_look_at

#: People whom the list shows; a search finds the others.
SHOWN = 50


class AccessPage(WagtailAdminTemplateMixin, View):
    """Abstract: for whoever has to do with tickets."""

    page_title = gettext_lazy("Who may do what")
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not policy_registry.get_by_type(Ticket).user_has_any_permission(request.user, VERBS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class PeopleView(AccessPage):
    """Whom to look at; who may look at nobody else is led to their own page."""

    template_name = "wagtail_helpdesk/staff/access/people.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        users = staff_to_look_at(request.user)
        if not users.exclude(pk=request.user.pk).exists():
            return redirect("wagtail_helpdesk_admin:access_of", request.user.pk)
        query = clean_query(request.GET.get("q", ""))
        found = list(self.find(users, query)[: SHOWN + 1])
        return self.render_to_response(
            self.get_context_data(
                query=query,
                people=[
                    (
                        get_user_display_name(user),
                        user.get_username(),
                        user.is_active,
                        reverse("wagtail_helpdesk_admin:access_of", args=[user.pk]),
                    )
                    for user in found[:SHOWN]
                ],
                has_more=len(found) > SHOWN,
            )
        )

    def find(self, users: QuerySet, query: str) -> QuerySet:
        for word in query.split()[:10]:
            matches = Q()
            for name in searched_columns(users.model):
                matches |= Q(**{f"{name}__icontains": word})
            users = users.filter(matches)
        return users.order_by(users.model.USERNAME_FIELD)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class PersonView(AccessPage):
    """Verbs, reach, and the two together; and a check of one ticket (``?ticket=<reference>``)."""

    template_name = "wagtail_helpdesk/staff/access/person.html"

    @cached_property
    def person(self) -> Any:
        """Whoever may not be looked at isn't there."""
        return get_object_or_404(users_to_look_at(self.request.user), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        access = Access(self.person)
        context = self.get_context_data(
            access=access,
            person=self.person,
            name=get_user_display_name(self.person),
            matrices=[(names_of(matrix.divisions), matrix) for matrix in access.matrices],
            **self.check(access),
        )
        return self.render_to_response(context)

    def check(self, access: Access) -> dict[str, Any]:
        """One ticket, of those that the reader may read."""
        asked = clean_query(self.request.GET.get("ticket", ""))
        if not asked:
            return {}
        reference = normalise_reference(asked) or "-"
        readable = Ticket.objects.visible_to(self.request.user).select_related("division", "level")
        ticket = readable.filter(reference=reference).first()
        if ticket is None:
            return {"asked": asked}
        answers, why = access.of_ticket(ticket)
        return {"asked": asked, "ticket": ticket, "answers": answers, "why": why}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtail_helpdesk_admin:access"), "label": _("Who may do what")},
            {"url": "", "label": get_user_display_name(self.person)},
        ]
