"""The requesters: a contact is not a login, though it may be linked to one."""

import unicodedata
from contextlib import suppress

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


def normalise_email(email: str) -> str | None:
    """The key under which an address is one contact; ``None`` for no address.

    NFKC and case folding, and the domain in its IDNA form, so that the two spellings of ``é`` or of
    an international domain are one key. The local part is folded too: addresses that differ only
    in case belong to different people on no mail system that a visitor is likely to use.
    """
    email = unicodedata.normalize("NFKC", email or "").strip().casefold()
    if not email:
        return None
    local, at, domain = email.rpartition("@")
    with suppress(UnicodeError):  # not a domain that can be put on the wire; the form refuses it
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


class Organisation(models.Model):
    """The company or household that contacts belong to."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(models.QuerySet):
    def standing(self) -> "ContactQuerySet":
        """Without those that were merged into another."""
        return self.filter(merged_into=None)

    def survivors(self) -> "ContactQuerySet":
        """The keys of these contacts, or of whom they were merged into; for a sub-query."""
        return self.values_list(Coalesce("merged_into", "pk"), flat=True)

    def matching(self, *, email: str = "", phone: str = "") -> "ContactQuerySet":
        """The contact with this address, or without one and with this telephone number.

        It may have been merged into another: see ``survivor``.
        """
        key = normalise_email(email)
        if key:
            return self.filter(email_key=key)
        if phone:
            return self.filter(email_key=None, phone=phone)
        return self.none()


class Contact(models.Model):
    """Who asks. One row per normalised e-mail address, or per telephone number without one."""

    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, unique=True, null=True, blank=True, editable=False)
    phone = models.CharField(
        _("telephone"),
        max_length=20,
        blank=True,
        db_index=True,
        help_text=_("With the country code, as in +62…"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("organisation"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="helpdesk_contacts",
        verbose_name=_("account"),
        help_text=_("The account whose signed-in owner may read this contact's tickets."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    deactivated_at = models.DateTimeField(_("deactivated"), null=True, blank=True, editable=False)
    #: Another contact is this person. The row stays for its key, which leads there, and for the history.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="aliases",
        verbose_name=_("merged into"),
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name", "pk"]
        permissions = [("merge_contact", _("Can merge contacts"))]
        constraints = [
            models.UniqueConstraint(
                fields=["phone"],
                condition=models.Q(email_key=None) & ~models.Q(phone=""),
                name="helpdesk_contact_by_phone",
            ),
            models.CheckConstraint(
                condition=~models.Q(merged_into=models.F("id")),
                name="helpdesk_contact_into_another",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="helpdesk_contact_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.email_key = normalise_email(self.email)
        if kwargs.get("update_fields") and "email" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "email_key"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        self.email_key = normalise_email(self.email)
        super().clean()

    @property
    def survivor(self) -> "Contact":
        """Whose tickets are this one's now: itself, unless it was merged."""
        return self.merged_into or self

    @property
    def is_active(self) -> bool:
        """Whether they are written to, and may open anything."""
        return self.deactivated_at is None

    @property
    def is_mailed(self) -> bool:
        return self.is_active and bool(self.email)
