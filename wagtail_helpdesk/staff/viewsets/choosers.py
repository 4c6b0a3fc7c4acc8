"""Choosers for long lists: colleagues, accounts, organisations. Each view asks for permission itself.

A chooser lists people, and Wagtail's lists them to everybody who reaches the admin.
"""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from ...models import Organisation


class PermittedMixin:
    """Refuses everybody without one of ``permissions``, and knows no objects but ``choices``."""

    permissions: tuple[str, ...] = ()
    choices: Any = None

    def dispatch(self, request, *args: Any, **kwargs: Any):
        if not any(request.user.has_perm(permission) for permission in self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_object_list(self) -> QuerySet:
        return self.choices()

    def get_object(self, pk: str):
        try:
            return self.choices().get(pk=pk)
        except ValueError as error:
            raise self.model_class.DoesNotExist from error

    def get_objects(self, pks: list[str]) -> QuerySet:
        return self.choices().filter(pk__in=[pk for pk in pks if pk.isdecimal() and len(pk) < 19])

    def get_edit_item_url(self, instance) -> None:
        return None

    def get_display_title(self, instance) -> str:
        return label_of(instance)

    @property
    def title_column(self):
        column = super().title_column
        column.accessor = label_of
        return column

    def get_filter_form_class(self):
        return PersonSearchForm


class ChooseView(PermittedMixin, views.ChooseView):
    pass


class ChooseResultsView(PermittedMixin, views.ChooseResultsView):
    pass


class ChosenView(PermittedMixin, views.ChosenView):
    pass


class ChosenMultipleView(PermittedMixin, views.ChosenMultipleView):
    pass


class CreateView(PermittedMixin, views.CreateView):
    def get_creation_form(self):
        # Wagtail gives every chooser this address, and calls a form that people don't have.
        form = super().get_creation_form()
        if form is None:
            raise Http404
        return form


class PersonSearchForm(BaseFilterForm):
    """A search box that asks the columns that a user or an organisation has of its own."""

    q = forms.CharField(
        label=_("Search term"),
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
        required=False,
        max_length=200,
    )

    def filter(self, objects: QuerySet) -> QuerySet:
        objects = super().filter(objects)
        self.search_query = self.cleaned_data.get("q")
        if not self.search_query:
            return objects
        self.is_searching = True
        for word in self.search_query.split()[:10]:
            found = Q()
            for name in searched_columns(objects.model):
                found |= Q(**{f"{name}__icontains": word})
            objects = objects.filter(found)
        return objects


def searched_columns(model: Any) -> set[str]:
    names = {"name", "first_name", "last_name", "email", getattr(model, "USERNAME_FIELD", "name")}
    found = set()
    for name in names:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        found.add(name)
    return found


def label_of(instance: Any) -> str:
    return str(instance) if isinstance(instance, Organisation) else get_user_display_name(instance)


class LabelledMixin:
    """For a chooser's widget: shows people by name, and no error for what is no key at all."""

    def get_display_title(self, instance: Any) -> str:
        return label_of(instance)

    def get_instance(self, value: Any) -> Any:
        try:
            return super().get_instance(value)
        except (ValueError, TypeError, OverflowError):  # the field says that the choice is none
            return None


class PermittedChooserViewSet(ChooserViewSet):
    register_widget = False
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    permissions: tuple[str, ...] = ()

    def get_choices(self) -> QuerySet:
        raise NotImplementedError

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(
            permissions=self.permissions, choices=self.get_choices, **kwargs
        )

    @property
    def labelled_widget(self) -> type:
        """The form widget, which shows people by the name that staff know them by."""
        return type(f"Labelled{self.widget_class.__name__}", (LabelledMixin, self.widget_class), {})


class ColleagueChooser(PermittedChooserViewSet):
    """Users who may work in the admin: the members and leaders of divisions."""

    permissions = ("wagtail_helpdesk.add_division", "wagtail_helpdesk.change_division")
    icon = "user"
    choose_one_text = _("Choose a colleague")
    choose_another_text = _("Choose another colleague")

    def get_choices(self) -> QuerySet:
        access = Q(is_superuser=True)
        admin = {
            "codename": "access_admin",
            "content_type__app_label": "wagtailadmin",
        }
        for path in ("groups__permissions", "user_permissions"):
            access |= Q(**{f"{path}__{name}": value for name, value in admin.items()})
        users = get_user_model()._default_manager
        allowed = users.filter(access, is_active=True).values("pk")
        return users.filter(pk__in=allowed).order_by(get_user_model().USERNAME_FIELD)


class AccountChooser(PermittedChooserViewSet):
    """Every active account: whose owner a contact may be."""

    permissions = ("wagtail_helpdesk.add_contact", "wagtail_helpdesk.change_contact")
    icon = "user"
    choose_one_text = _("Choose an account")
    choose_another_text = _("Choose another account")

    def get_choices(self) -> QuerySet:
        model = get_user_model()
        return model._default_manager.filter(is_active=True).order_by(model.USERNAME_FIELD)


class OrganisationChooser(PermittedChooserViewSet):
    permissions = ("wagtail_helpdesk.add_contact", "wagtail_helpdesk.change_contact")
    icon = "group"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    create_action_label = _("Add this organisation")
    form_fields = ["name"]

    def get_choices(self) -> QuerySet:
        return Organisation.objects.all()


colleague_chooser = ColleagueChooser(
    "wagtail_helpdesk_colleagues",
    model=get_user_model(),
    url_prefix="helpdesk/choose/colleagues",
)
account_chooser = AccountChooser(
    "wagtail_helpdesk_accounts", model=get_user_model(), url_prefix="helpdesk/choose/accounts"
)
organisation_chooser = OrganisationChooser(
    "wagtail_helpdesk_choose_organisation",
    model=Organisation,
    url_prefix="helpdesk/choose/organisations",
)
CHOOSERS = [colleague_chooser, account_chooser, organisation_chooser]
