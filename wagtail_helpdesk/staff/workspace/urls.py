"""Addresses of the pages about one ticket, in the namespace ``wagtail_helpdesk_admin``."""

from django.urls import path

from .article import ArticleView
from .canned import CannedRepliesView
from .draft import DraftView
from .files import file
from .going_on import NeighbourView
from .history import HistoryView
from .operations import moves, others, passing_on, statuses, visits
from .panels import PanelView
from .procedure import TickView
from .record import RecordView
from .ticket import NoteView, ReplyView, TicketView

OPERATION_VIEWS = [
    ReplyView,
    NoteView,
    moves.TriageView,
    moves.AssignView,
    moves.AcceptView,
    passing_on.EscalateView,
    passing_on.HandBackView,
    statuses.WaitView,
    statuses.SolveView,
    statuses.CloseView,
    statuses.ReopenView,
    others.MergeView,
    others.LinkView,
    TickView,
    visits.PlanVisitView,
    visits.ReportVisitView,
    visits.CallOffVisitView,
]

urlpatterns = [
    path("tickets/record/", RecordView.as_view(), name="submit"),
    path("tickets/<int:pk>/", TicketView.as_view(), name="ticket"),
    path("tickets/<int:pk>/history/", HistoryView.as_view(), name="ticket_history"),
    path("tickets/<int:pk>/article/", ArticleView.as_view(), name="ticket_article"),
    path("tickets/<int:pk>/panel/<slug:name>/", PanelView.as_view(), name="ticket_panel"),
    path("tickets/<int:pk>/replies/", CannedRepliesView.as_view(), name="ticket_replies"),
    path("tickets/<int:pk>/draft/", DraftView.as_view(), name="ticket_draft"),
    path("tickets/<int:pk>/next/", NeighbourView.as_view(), name="ticket_next"),
    path("tickets/<int:pk>/previous/", NeighbourView.as_view(back=True), name="ticket_previous"),
    path("files/<slug:key>/", file, name="file"),
    *(
        path(
            f"tickets/<int:pk>/{view.verb}/",
            view.as_view(),
            name=f"ticket_{view.verb}",
        )
        for view in OPERATION_VIEWS
    ),
]
