"""Are the files of complaints private, and can they be stored?"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages

from ..conf import helpdesk_settings
from ..storage import private_files_root
from .tag import TAG

PUBLIC_ROOTS = ("MEDIA_ROOT", "STATIC_ROOT")


@register(TAG)
def check_private_files(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    alias = helpdesk_settings.STORAGE
    if alias in settings.STORAGES:
        return _check_store(alias)
    given = getattr(settings, "WAGTAIL_HELPDESK", {})
    if isinstance(given, dict) and given.get("STORAGE"):
        return [
            Error(
                f"WAGTAIL_HELPDESK['STORAGE'] is {alias!r}, but STORAGES has no such alias: "
                "files would lie in a folder of this machine instead.",
                hint=f"Add {alias!r} to STORAGES, or leave the setting out.",
                id="wagtail_helpdesk.E020",
            )
        ]
    if not helpdesk_settings.PRIVATE_FILES_ROOT and not settings.MEDIA_ROOT:
        return [
            Warning(
                "Neither MEDIA_ROOT nor WAGTAIL_HELPDESK['PRIVATE_FILES_ROOT'] is set: where files of "
                "complaints lie depends on the folder that the server is started in.",
                hint="Set PRIVATE_FILES_ROOT to a folder that no web server shows.",
                id="wagtail_helpdesk.W024",
            )
        ]
    return _check_folder(private_files_root())


def _check_store(alias: str) -> list[CheckMessage]:
    try:
        store: Storage = storages[alias]
    except InvalidStorageError as error:
        return [
            Error(
                f"The store {alias!r} for files of complaints can't be made: {error}",
                hint=f"Mend STORAGES[{alias!r}].",
                id="wagtail_helpdesk.E020",
            )
        ]
    found = []
    if _is_public(store):
        found.append(
            Error(
                f"The store {alias!r} gives files a public address. Anybody who guesses it reads "
                "what somebody sent in confidence.",
                hint=f"In STORAGES[{alias!r}], set no base_url (a folder), or private access and "
                "signed addresses (an object store).",
                id="wagtail_helpdesk.E021",
            )
        )
    if isinstance(store, FileSystemStorage):
        found += _check_folder(Path(store.location))
    return found


def _is_public(store: Storage) -> bool:
    if isinstance(store, FileSystemStorage):
        # Without one, Django answers MEDIA_URL, where a file outside MEDIA_ROOT is not found.
        return store._base_url is not None
    # django-storages: a public ACL, or addresses that need no signature.
    return str(getattr(store, "default_acl", None) or "").startswith("public") or (
        getattr(store, "querystring_auth", True) is False
    )


def _check_folder(folder: Path) -> list[CheckMessage]:
    folder = Path(os.path.abspath(folder))
    for name in PUBLIC_ROOTS:
        root = getattr(settings, name, None)
        if root and folder.resolve().is_relative_to(Path(root).resolve()):
            return [
                Error(
                    f"Files of complaints lie in {folder}, inside {name}, which a web server "
                    "usually shows to everybody.",
                    hint="Set WAGTAIL_HELPDESK['PRIVATE_FILES_ROOT'] to a folder elsewhere.",
                    id="wagtail_helpdesk.E022",
                )
            ]
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        return [
            Error(
                f"The folder for files of complaints, {folder}, can't be written to: "
                "complaints arrive without their files.",
                hint="Give the user that runs the site the right to write there.",
                id="wagtail_helpdesk.E023",
            )
        ]
    return []
