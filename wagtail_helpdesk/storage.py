"""The private store of attachments: never below ``MEDIA_ROOT``, never with a public address."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.core.signals import setting_changed
from django.utils.functional import LazyObject

from .conf import helpdesk_settings


def private_files_root() -> Path:
    """Where files lie when ``STORAGES`` names no store: beside ``MEDIA_ROOT``, not inside."""
    if helpdesk_settings.PRIVATE_FILES_ROOT:
        return Path(helpdesk_settings.PRIVATE_FILES_ROOT)
    return Path(settings.MEDIA_ROOT or ".").resolve().parent / "helpdesk-files"


class PrivateStorage(LazyObject):
    """The store is chosen on first use, so that the model can be imported before settings are read."""

    def _setup(self) -> None:
        alias = helpdesk_settings.STORAGE
        if alias in settings.STORAGES:
            self._wrapped: Storage = storages[alias]
        else:
            self._wrapped = FileSystemStorage(
                location=private_files_root(), base_url=None, file_permissions_mode=0o600
            )


private_storage = PrivateStorage()


def get_private_storage() -> Storage:
    """For ``FileField(storage=…)``: migrations keep this name, and no path of a machine."""
    return private_storage


def _choose_again(*, setting: str, **kwargs) -> None:
    if setting in {"WAGTAIL_HELPDESK", "STORAGES", "MEDIA_ROOT"}:
        from django.utils.functional import empty

        private_storage._wrapped = empty


setting_changed.connect(_choose_again)
