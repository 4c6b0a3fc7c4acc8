"""Storing files before an operation claims them: checked first, then the bytes, then the row.

A file is accepted by its extension *and* its content. Nothing is unpacked, no XML is read, and of
pictures only the header. What is accepted is still a stranger's file: ``downloads`` never shows it.
"""

import logging
import os
import random
from datetime import timedelta
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Attachment
from ..models.messages import attachment_path
from .file_types import FileRefused, check_content, clean_name, refuse

__all__ = [
    "FileRefused",
    "FileStoreError",
    "discard",
    "store",
    "sweep_orphaned_bytes",
    "sweep_unclaimed",
]

logger = logging.getLogger(__name__)

#: What one owner may have lying about, in sets of files as one message takes them.
OWNER_SETS = 4
#: Folders of the store that one sweep looks into for bytes without a row.
ORPHAN_FOLDERS = 16
ORPHANS_LOOKED_AT = 2_000
SWEEP_BATCH = 500


class FileStoreError(Exception):
    """The store failed, or what must look at the file first. No row was made; the message is for people."""


def store(upload: File, *, owner_key: str, by_staff: bool = False) -> Attachment:
    """Check ``upload``, write it to the private store, and return its unclaimed row.

    ``owner_key`` is ``models.messages.owner_key(…)`` of the browser or user that sends it. ``by_staff``
    is outside of ``UNCLAIMED_MAX_BYTES``: strangers who fill that must not stop the desk's work.
    Raises ``FileRefused`` (a ``ValidationError``) for what is not accepted, ``FileStoreError`` when the
    store or the virus scanner fails.
    """
    name = clean_name(upload.name)
    _check_size(upload, name)
    content_type = check_content(upload, name)
    _check_quota(upload.size, owner_key, by_staff=by_staff)
    _scan(upload, name)
    attachment = Attachment(
        owner_key=owner_key, name=name, content_type=content_type, size=upload.size
    )
    _write(upload, attachment)
    try:
        attachment.save(force_insert=True)
    except Exception:
        _delete_bytes(attachment.file.storage, attachment.file.name)
        raise
    return attachment


def discard(attachment: Attachment) -> bool:
    """Delete an unclaimed file, row and bytes. False if an operation claimed it in the meantime."""
    return _delete_unclaimed([attachment.pk]) == 1


def sweep_unclaimed(*, limit: int = 1_000) -> int:
    """Delete unclaimed files older than ``UNCLAIMED_HOURS``; returns how many. Oldest first."""
    before = timezone.now() - timedelta(hours=helpdesk_settings.UNCLAIMED_HOURS)
    keys = list(
        Attachment.objects.unclaimed()
        .filter(created_at__lt=before)
        .order_by("created_at")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(
        _delete_unclaimed(keys[start : start + SWEEP_BATCH])
        for start in range(0, len(keys), SWEEP_BATCH)
    )


def sweep_orphaned_bytes(*, folders: int = ORPHAN_FOLDERS) -> int:
    """Delete bytes that no row knows: of requests that were killed or rolled back, of deleted tickets.

    A run looks into a few folders, drawn at random, so that it stays cheap however many files there
    are. Only in a store on this machine; for others set a life-cycle rule. Returns how many.
    """
    storage = Attachment._meta.get_field("file").storage
    if not isinstance(storage, FileSystemStorage) or not storage.exists("helpdesk"):
        return 0
    before = timezone.now() - timedelta(hours=helpdesk_settings.UNCLAIMED_HOURS)
    names = sorted(storage.listdir("helpdesk")[0])
    paths = {}
    for folder in random.sample(names, min(folders, len(names))):
        for key in storage.listdir(f"helpdesk/{folder}")[1]:
            path = f"helpdesk/{folder}/{key}"
            if storage.get_modified_time(path) < before:
                paths[key] = path
    orphans = _without_row(list(paths)[:ORPHANS_LOOKED_AT])
    for key in orphans:
        _delete_bytes(storage, paths[key])
    return len(orphans)


def _without_row(keys: list[str]) -> list[str]:
    known: set[str] = set()
    for start in range(0, len(keys), SWEEP_BATCH):
        batch = keys[start : start + SWEEP_BATCH]
        known |= {*Attachment.objects.filter(key__in=batch).values_list("key", flat=True)}
    return [key for key in keys if key not in known]


def _check_size(upload: File, name: str) -> None:
    if not upload.size:
        refuse(_("The file “%(name)s” is empty."), name)
    if upload.size > helpdesk_settings.FILE_MAX_BYTES:
        refuse(
            _("The file “%(name)s” is too big. A file may have at most %(limit)s."),
            name,
            limit=filesizeformat(helpdesk_settings.FILE_MAX_BYTES),
        )


def _check_quota(size: int, owner_key: str, *, by_staff: bool) -> None:
    """Files that nobody has sent yet are few, of one owner and of everybody together."""
    unclaimed = Attachment.objects.unclaimed()
    own = unclaimed.filter(owner_key=owner_key).aggregate(bytes=Sum("size"), count=Count("pk"))
    if (
        own["count"] >= OWNER_SETS * helpdesk_settings.FILES_MAX_COUNT
        or (own["bytes"] or 0) + size > OWNER_SETS * helpdesk_settings.FILES_MAX_BYTES
    ):
        raise FileRefused(
            _(
                "You have added many files without sending them. Send or remove some of them first, or try again tomorrow."
            ),
            code="quota",
        )
    if by_staff:
        return
    total = unclaimed.aggregate(bytes=Sum("size"))["bytes"] or 0
    if total + size > helpdesk_settings.UNCLAIMED_MAX_BYTES:
        logger.warning("Unclaimed files have reached UNCLAIMED_MAX_BYTES; refusing uploads.")
        raise FileRefused(
            _("No more files can be taken at the moment. Try again later, or send it without."),
            code="quota",
        )


def _scan(upload: File, name: str) -> None:
    if not helpdesk_settings.VIRUS_SCANNER:
        return
    try:
        upload.seek(0)
        found = import_string(helpdesk_settings.VIRUS_SCANNER)(upload)
        upload.seek(0)
    except Exception as error:
        logger.exception("The virus scanner failed.")
        raise FileStoreError(
            _("The file “%(name)s” can't be checked at the moment. Try again later.")
            % {"name": name}
        ) from error
    if found:
        logger.warning("The virus scanner found %s in an upload.", str(found)[:100])
        refuse(_("The file “%(name)s” holds a virus."), name)


def _write(upload: File, attachment: Attachment) -> None:
    """Write the bytes where no row points yet: nobody can read a file that is half there."""
    storage = attachment.file.storage
    try:
        upload.seek(0)
        attachment.file.save(attachment.name, upload, save=False)
        _make_durable(storage, attachment.file.name)
    except Exception as error:  # each kind of store has errors of its own
        logger.exception("The store of private files failed.")
        _delete_bytes(storage, attachment_path(attachment, ""))
        attachment.file = None
        raise FileStoreError(
            _("The file “%(name)s” could not be stored. Try again later.")
            % {"name": attachment.name}
        ) from error


def _make_durable(storage: Storage, path: str) -> None:
    """A disk that is full may say so only when it is asked to keep what was written."""
    if not isinstance(storage, FileSystemStorage):
        return
    descriptor = os.open(storage.path(path), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete_unclaimed(keys: list[Any]) -> int:
    """Delete the rows that are still unclaimed, and their bytes once that is committed."""
    with transaction.atomic():
        # The lock decides between us and an operation that claims one of them.
        rows = list(Attachment.objects.select_for_update().unclaimed().filter(pk__in=keys))
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        for row in rows:
            storage, path = row.file.storage, row.file.name
            transaction.on_commit(lambda storage=storage, path=path: _delete_bytes(storage, path))
    return len(rows)


def _delete_bytes(storage: Storage, path: str) -> None:
    try:
        storage.delete(path)
    except Exception:
        # Left for sweep_orphaned_bytes: worth a line, not an error for whoever asks now.
        logger.exception("Bytes of a private file could not be deleted.")
