"""Trying one operation for a form, and saying in words why it was refused. The text stays in the form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.utils.translation import gettext as _

from ...tickets import InvalidTransition, StaleTicket

INVALID, REFUSED, CONFLICT = 422, 403, 409


@dataclass
class Attempt:
    """What came of it. ``status`` is the answer's; ``result`` what the operation returned."""

    verb: str
    status: int = 200
    result: Any = None
    #: Somebody changed the ticket after the form was made.
    is_stale: bool = False
    #: How many operations came in between.
    fresh: int = 0

    @property
    def succeeded(self) -> bool:
        return self.status == 200

    @classmethod
    def of(cls, form: Form, verb: str, operation: Callable[[], Any]) -> "Attempt":
        """Call ``operation``; what it raises becomes an error of ``form`` that a person can read."""
        try:
            return cls(verb, result=operation())
        except StaleTicket:
            return cls(verb, status=CONFLICT, is_stale=True)
        except InvalidTransition as error:
            form.add_error(None, str(error))
            return cls(verb, status=CONFLICT)
        except PermissionDenied:
            form.add_error(None, _("You may not do this with this ticket, or no longer."))
            return cls(verb, status=REFUSED)
        except ValidationError as error:
            add_errors(form, error)
            return cls(verb, status=INVALID)


def add_errors(form: Form, error: ValidationError) -> None:
    """Each message at its field; what the form has no field for, above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
