"""The building blocks of the support page. All may be left empty, so that a page is made in one click."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

STANDARD_HEADING = _("Empty: the standard heading.")
STANDARD_TEXT = _("Empty: the standard text.")
TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class ComplaintBlock(blocks.StructBlock):
    """The entrance to the complaint form."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=120, required=False, help_text=STANDARD_HEADING
    )
    text = blocks.TextBlock(
        label=_("Text"), max_length=400, required=False, help_text=STANDARD_TEXT
    )

    class Meta:
        icon = "mail"
        label = _("Send a complaint or question")
        template = "wagtail_helpdesk/public/blocks/complaint.html"


class LookupBlock(blocks.StructBlock):
    """The entrance to the status look-up."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=120, required=False, help_text=STANDARD_HEADING
    )
    text = blocks.TextBlock(
        label=_("Text"), max_length=400, required=False, help_text=STANDARD_TEXT
    )

    class Meta:
        icon = "search"
        label = _("Check a ticket")
        template = "wagtail_helpdesk/public/blocks/lookup.html"


class NoticeBlock(blocks.StructBlock):
    """Something that everybody should read first: a known outage, closed days."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, required=False)
    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("information", _("Information")), ("warning", _("Warning"))],
        default="information",
    )

    class Meta:
        icon = "warning"
        label = _("Notice")
        template = "wagtail_helpdesk/public/blocks/notice.html"


class HoursBlock(blocks.StructBlock):
    days = blocks.CharBlock(label=_("Days"), max_length=60, help_text=_("“Monday to Friday”"))
    hours = blocks.CharBlock(label=_("Hours"), max_length=60, help_text=_("“8.00–17.00”"))


class ContactBlock(blocks.StructBlock):
    """Other ways to reach the help desk, and when."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=120, required=False, help_text=STANDARD_HEADING
    )
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, required=False)
    telephone = blocks.CharBlock(label=_("Telephone"), max_length=40, required=False)
    email = blocks.EmailBlock(label=_("E-mail"), required=False)
    address = blocks.TextBlock(label=_("Address"), max_length=300, required=False)
    opening_hours = blocks.ListBlock(HoursBlock(), label=_("Opening hours"), default=[])

    class Meta:
        icon = "mobile-alt"
        label = _("Contact and opening hours")
        template = "wagtail_helpdesk/public/blocks/contact.html"


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "wagtail_helpdesk/public/blocks/text.html"

    def __init__(self, **kwargs):
        kwargs.setdefault("features", ["h2", "h3", *TEXT_FEATURES])
        super().__init__(**kwargs)


SUPPORT_BLOCKS = [
    ("complaint", ComplaintBlock()),
    ("lookup", LookupBlock()),
    ("notice", NoticeBlock()),
    ("contact", ContactBlock()),
    ("text", TextBlock()),
]


class SupportStreamField(StreamField):
    """A stream whose blocks stay out of migrations.

    The blocks are code of this package; a host that uses the mixin should not have to make a
    migration because we reworded a label.
    """

    def __init__(self, block_types=SUPPORT_BLOCKS, **kwargs):
        super().__init__(block_types, **kwargs)

    def deconstruct(self):
        name, _path, _args, kwargs = super().deconstruct()
        # Empty, not left out: that is how a field without blocks reads when a migration is loaded.
        kwargs["block_lookup"] = {}
        return name, "wagtail.fields.StreamField", [[]], kwargs
