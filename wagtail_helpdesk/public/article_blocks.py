"""What an article is made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock

from .blocks import TEXT_FEATURES, SupportStreamField

FOLDER = "wagtail_helpdesk/public/blocks/"


class StepsBlock(blocks.ListBlock):
    """What to do, one after the other."""

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = f"{FOLDER}steps.html"

    def __init__(self, child_block=None, **kwargs):
        child_block = child_block or blocks.RichTextBlock(label=_("Step"), features=TEXT_FEATURES)
        super().__init__(child_block, **kwargs)


class CodeBlock(blocks.StructBlock):
    """What is typed or shown letter by letter: a command, a line of a log."""

    language = blocks.CharBlock(label=_("Language"), max_length=30, required=False)
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "code"
        label = _("Code")
        template = f"{FOLDER}code.html"


class NoteBlock(blocks.StructBlock):
    """Something that must not be missed."""

    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("information", _("Information")), ("warning", _("Warning"))],
        default="information",
    )
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Note")
        template = f"{FOLDER}note.html"


ARTICLE_BLOCKS = [
    (
        "paragraph",
        blocks.RichTextBlock(label=_("Paragraph"), icon="pilcrow", features=TEXT_FEATURES),
    ),
    (
        "heading",
        blocks.CharBlock(label=_("Heading"), icon="title", template=f"{FOLDER}heading.html"),
    ),
    ("steps", StepsBlock()),
    ("note", NoteBlock()),
    ("image", ImageBlock(label=_("Image"), icon="image", template=f"{FOLDER}image.html")),
    ("code", CodeBlock()),
    ("embed", EmbedBlock(label=_("Video or other embed"), icon="media")),
]


class ArticleStreamField(SupportStreamField):
    def __init__(self, block_types=ARTICLE_BLOCKS, **kwargs):
        super().__init__(block_types, **kwargs)


class RelatedArticlesField(SupportStreamField):
    """Articles to read next, in the editor's order."""

    def __init__(self, block_types=None, **kwargs):
        block_types = block_types or [
            ("article", blocks.PageChooserBlock(label=_("Article"), icon="doc-full"))
        ]
        super().__init__(block_types, **kwargs)
