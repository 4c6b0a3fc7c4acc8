"""What the knowledge base keeps beside its pages: words to find them by, votes, and what was looked for."""

import swapper
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleText(models.Model):
    """A published article as ``knowledge.find`` reads it: written when the page is saved.

    ``passages``, ``words`` and ``stems`` have a line each for the title (the first) and for every
    sentence, so that line 7 of one is line 7 of the others.
    """

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    language = models.CharField(max_length=20, db_index=True)
    #: As people read it; folded words; stems.
    passages = models.TextField()
    words = models.TextField()
    stems = models.TextField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.page_id)


class VocabularyWord(models.Model):
    """A word of the published articles of a language, and in how many of them it stands.

    The counts decide how much a word weighs and how a mistyped one is read, so nothing breaks when two
    editors publish in the same instant and one count is off; ``update_helpdesk_knowledge`` counts anew.
    """

    language = models.CharField(max_length=20)
    word = models.CharField(max_length=50)
    stem = models.CharField(max_length=50)
    articles = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="helpdesk_vocabulary_once")
        ]
        indexes = [models.Index(fields=["language", "stem"], name="helpdesk_vocabulary_stem")]

    def __str__(self) -> str:
        return self.word


class Synonyms(models.Model):
    """Words that mean the same to a reader: a search for one finds the others."""

    language = models.CharField(
        _("language"), max_length=20, help_text=_("The code of the language: “en”, “id”.")
    )
    words = models.CharField(
        _("words"),
        max_length=500,
        help_text=_(
            "Separated by commas: “password, passcode, secret word”. "
            "They replace a standard group that begins with the same word."
        ),
    )

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "words"]

    def __str__(self) -> str:
        return self.words


class ArticleVote(models.Model):
    """Whether an article helped one reader, and why not. Who it was is not kept."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("I don't understand it")
        WRONG = "wrong", _("It is wrong or out of date")
        INCOMPLETE = "incomplete", _("Something is missing")
        OTHER_QUESTION = "other_question", _("It answers another question")

    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), models.CASCADE, related_name="+"
    )
    helpful = models.BooleanField()
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    comment = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("vote on an article")
        verbose_name_plural = _("votes on articles")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.page_id}: {self.helpful}"


class ArticleCount(models.Model):
    """Counters of one article, kept when things happen so that no page has to count."""

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.page_id)


class SearchLog(models.Model):
    """One search by a visitor: what was asked and whether it was answered. Never who asked.

    ``query`` is normalised and masked: no addresses, telephone numbers, references or long numbers.
    """

    query = models.CharField(max_length=200)
    found = models.PositiveIntegerField()
    language = models.CharField(max_length=20)
    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    clicked = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), models.SET_NULL, null=True, related_name="+"
    )
    #: Where nothing was found in the language of the page: an article that answers in another one.
    elsewhere = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), models.SET_NULL, null=True, related_name="+"
    )
    complaint_followed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("search")
        verbose_name_plural = _("searches")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.query


class Suggestion(models.Model):
    """An article that was offered to somebody who was writing a complaint, and what came of it.

    ``form`` tells one writing of one complaint from another: a keyed hash, made of nothing that is kept
    with a ticket or a contact, so it leads to nobody.
    """

    form = models.CharField(max_length=64)
    article = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"), models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=20)
    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    opened = models.BooleanField(default=False)
    solved = models.BooleanField(default=False)
    complaint_followed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["form", "article"], name="helpdesk_suggested_once")
        ]

    def __str__(self) -> str:
        return str(self.article_id)


class ArticleSource(models.Model):
    """The ticket that an article was written from."""

    page = models.OneToOneField(
        swapper.get_model_name("wagtailcore", "Page"),
        models.CASCADE,
        primary_key=True,
        related_name="+",
    )
    ticket = models.ForeignKey(
        "wagtail_helpdesk.Ticket", models.CASCADE, related_name="article_sources"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("article from a ticket")
        verbose_name_plural = _("articles from tickets")
        default_permissions = ()
        permissions = [("write_article", _("Can write articles from tickets"))]

    def __str__(self) -> str:
        return str(self.page_id)
