"""Who acts: a member of staff, the ticket's own contact, or a rule. Nothing is done by nobody."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from .people import Contact


@dataclass(frozen=True)
class Rule:
    """A rule that acts by itself, by its name: ``Rule("auto_close")``."""

    name: str

    def __str__(self) -> str:
        return self.name


Actor: TypeAlias = AbstractBaseUser | Contact | Rule


def actor_fields(by: Actor) -> dict[str, Any]:
    """``by`` as the three columns of ``ActedBy``.

    Raises ``TypeError`` for anything else, ``None`` and anonymous users included.
    """
    match by:
        case Rule():
            return {"by_rule": by.name}
        case Contact():
            return {"by_contact": by}
        case AbstractBaseUser() if by.pk is not None:
            return {"by_user": by}
    raise TypeError(f"A ticket is changed by a staff user, a contact or a rule, not by {by!r}.")


class ActedBy(models.Model):
    """Abstract: exactly one of user, contact and rule is set.

    Users with a history can't be deleted, only deactivated: what was done keeps its doer.
    """

    by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    by_rule = models.CharField(max_length=50, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(by_user__isnull=False, by_contact=None, by_rule="")
                    | (models.Q(by_user=None, by_contact__isnull=False, by_rule=""))
                    | (models.Q(by_user=None, by_contact=None) & ~models.Q(by_rule=""))
                ),
                name="%(app_label)s_%(class)s_by_one",
            )
        ]

    @property
    def by(self) -> Actor:
        return self.by_user or self.by_contact or Rule(self.by_rule)
