"""In the account settings: which notices of the help desk a member of staff wants by mail."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab
from wagtail.permissions import policy_registry

from ..models import StaffPreferences, Ticket


class StaffPreferencesForm(forms.ModelForm):
    class Meta:
        model = StaffPreferences
        fields = ["assigned", "escalated", "answered"]


class HelpdeskNoticesPanel(BaseSettingsPanel):
    """Shown to whoever may read tickets. Without a stored choice, all notices are sent."""

    name = "helpdesk_notices"
    title = _("Help desk: tell me by mail")
    tab = notifications_tab
    order = 200
    form_class = StaffPreferencesForm

    def is_active(self):
        return policy_registry.get_by_type(Ticket).user_has_permission(self.user, "view")

    def get_form(self):
        stored = StaffPreferences.objects.filter(user=self.user).first()
        preferences = stored or StaffPreferences(user=self.user)
        data = self.request.POST if self.request.method == "POST" else None
        return self.form_class(data, instance=preferences, prefix=self.name)
