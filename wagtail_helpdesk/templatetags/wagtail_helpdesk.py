"""``{% load wagtail_helpdesk %}{% helpdesk_entrance %}``: the way to the complaint form, on any page."""

from django import template

from ..public.addresses import support_addresses
from ..support_pages import support_page_models

register = template.Library()


@register.inclusion_tag("wagtail_helpdesk/public/_entrance.html", takes_context=True)
def helpdesk_entrance(context, heading: str = "", text: str = "") -> dict:
    """A heading, a sentence and a link to the form of this site's support page, in the active language.

    The complaint will know the page it was started from. Draws nothing where the site has no live
    support page, or the template was rendered without a request.
    """
    request = context.get("request")
    page = context.get("page")
    about = getattr(page, "pk", None)
    if type(page) in support_page_models():
        about = None
    return {
        "support": support_addresses(request) if request is not None else None,
        "about": about,
        "value": {"heading": heading, "text": text},
    }
