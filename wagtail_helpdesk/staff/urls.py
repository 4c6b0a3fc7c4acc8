"""The staff's addresses, below the admin's ``helpdesk/``. Namespace ``wagtail_helpdesk_admin``."""

from django.urls import path

from .access.views import PeopleView, PersonView
from .mail import MailView, RetryView
from .queue.views import QueueView
from .reports.deflection import DeflectionView
from .reports.gaps import GapsView
from .reports.recap.views import RecapView
from .visits.views import FeedView, VisitsView
from .workspace.urls import urlpatterns as workspace_urlpatterns

app_name = "wagtail_helpdesk_admin"
urlpatterns = [
    path("tickets/", QueueView.as_view(), name="tickets"),
    path("tickets/results/", QueueView.as_view(results_only=True), name="tickets_results"),
    path("access/", PeopleView.as_view(), name="access"),
    path("access/<int:pk>/", PersonView.as_view(), name="access_of"),
    path("mail/", MailView.as_view(), name="mail"),
    path("mail/results/", MailView.as_view(results_only=True), name="mail_results"),
    path("mail/retry/", RetryView.as_view(), name="mail_retry"),
    path("reports/recap/", RecapView.as_view(), name="recap"),
    path("reports/gaps/", GapsView.as_view(), name="gaps"),
    path("reports/gaps/results/", GapsView.as_view(results_only=True), name="gaps_results"),
    path("reports/deflection/", DeflectionView.as_view(), name="deflection"),
    path(
        "reports/deflection/results/",
        DeflectionView.as_view(results_only=True),
        name="deflection_results",
    ),
    path("visits/", VisitsView.as_view(), name="visits"),
    path("visits/calendar/", FeedView.as_view(), name="visit_feed"),
    *workspace_urlpatterns,
]
