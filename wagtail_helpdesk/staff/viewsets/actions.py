"""Wagtail's own create, edit and delete, without the name of a person in the audit log.

The log outlives the record, and is shown to whoever may see any record of that kind.
"""

from typing import Any

from wagtail.actions.create import CreateAction
from wagtail.actions.delete import DeleteAction
from wagtail.actions.edit import EditAction
from wagtail.log_actions import log

from ...models import Contact, Organisation


def title_of(instance: Any) -> str:
    """What the audit log calls a person's record: its kind and number."""
    return f"{instance._meta.verbose_name} {instance.pk}"


class Nameless:
    """Does the logging in the place of the action, under a title without a name."""

    logged_as = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "log_action": None})

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        deleted = self.logged_as == "wagtail.delete"
        if deleted:
            self.write_log(deleted=True)
        result = super().execute(*args, **kwargs)
        if not deleted:
            self.write_log()
        return result

    def write_log(self, **extra: Any) -> None:
        log(
            instance=self.instance,
            action=self.logged_as,
            user=self.user,
            title=title_of(self.instance),
            **extra,
        )


class NamelessCreate(Nameless, CreateAction):
    logged_as = "wagtail.create"


class NamelessEdit(Nameless, EditAction):
    logged_as = "wagtail.edit"


class NamelessDelete(Nameless, DeleteAction):
    logged_as = "wagtail.delete"


def register_actions(registry: Any) -> None:
    for model in (Contact, Organisation):
        for action in (NamelessCreate, NamelessEdit, NamelessDelete):
            registry.register(model, action)
