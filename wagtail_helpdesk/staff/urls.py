"""The staff's addresses, below the admin's ``helpdesk/``. Namespace ``wagtail_helpdesk_admin``."""

from .workspace.urls import urlpatterns as workspace_urlpatterns

app_name = "wagtail_helpdesk_admin"
urlpatterns = [*workspace_urlpatterns]
