from django.urls import path
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


class EmptyView(WagtailAdminTemplateMixin, TemplateView):
    """The floor of every admin page: Wagtail's frame with nothing in it."""

    template_name = "wagtailadmin/generic/base.html"
    page_title = "Empty"
    _show_breadcrumbs = True


@hooks.register("register_admin_urls")
def empty_view():
    return [path("benchmarks/empty/", EmptyView.as_view(), name="benchmarks_empty")]
