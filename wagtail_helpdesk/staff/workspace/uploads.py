"""Files in a form: stored at once, so that an error elsewhere in the form doesn't lose them."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from ...models import Attachment
from ...models.messages import owner_key
from ...tickets.files import FileRefused, FileStoreError, store


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = FilesInput

    def clean(self, data, initial=None):
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(upload, initial) for upload in uploads]


class UploadsMixin(forms.Form):
    """Adds ``attachments`` to a form, and remembers what an earlier try has stored already."""

    attachments = FilesField(
        label=_("Files"),
        required=False,
        # What isn't accepted is said, with its reason, by the one function that stores files.
        allow_empty_file=True,
    )

    def keep_files(self, user) -> None:
        """Store what was uploaded, and find what was stored before. Call after ``is_valid()``.

        What is refused becomes an error of the field; the other files, and the text, are kept.
        """
        key = owner_key("user", user.pk)
        keys = self.data.getlist(self.add_prefix("stored")) if self.is_bound else []
        # PostgreSQL takes no NUL, not even to find nothing by.
        keys = [stored for stored in keys[:50] if stored.isprintable()]
        self.kept: list[Attachment] = list(
            Attachment.objects.unclaimed().filter(owner_key=key, key__in=keys)
        )
        for upload in self.cleaned_data.get("attachments") or []:
            try:
                self.kept.append(store(upload, owner_key=key, by_staff=True))
            except FileRefused as refused:
                self.add_error("attachments", refused)
            except FileStoreError as failed:
                self.add_error("attachments", str(failed))

    kept: Sequence[Attachment] = ()
