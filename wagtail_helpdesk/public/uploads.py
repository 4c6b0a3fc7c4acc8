"""Files that come with a form. They are stored at once, so that an error in another field loses none.

A stored file belongs to the browser's session and to no ticket until the operation claims it. The
form carries a signed name for each.
"""

from dataclasses import dataclass, field

from django.core import signing
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..conf import helpdesk_settings
from ..models import Attachment
from ..tickets.files import FileRefused, FileStoreError, discard, store
from . import throttle
from .visitor import file_owner

NEW, KEPT, REMOVE = "attachments", "kept_files", "remove_file"
SALT = "wagtail_helpdesk.files"


@dataclass
class KeptFile:
    """A stored file as the form shows it."""

    attachment: Attachment

    @property
    def token(self) -> str:
        return signing.Signer(salt=SALT).sign(self.attachment.key)

    @property
    def name(self) -> str:
        return self.attachment.name

    @property
    def size(self) -> int:
        return self.attachment.size


@dataclass
class Uploads:
    """What a form has brought: the files that are kept, and why others are not."""

    kept: list[KeptFile] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def attachments(self) -> list[Attachment]:
        return [file.attachment for file in self.kept]

    @property
    def total(self) -> int:
        return sum(file.size for file in self.kept)

    @classmethod
    def receive(cls, request: HttpRequest) -> "Uploads":
        """Find the files that were kept before, drop what the visitor removed, and store the new ones."""
        uploads = cls()
        uploads._find_kept(request)
        for file in request.FILES.getlist(NEW):
            uploads._add(file, request)
        return uploads

    def settle(self, request: HttpRequest) -> None:
        """After sending: files that belong to a ticket now don't count as unsent any more."""
        if not self.kept:
            return
        keys = [attachment.pk for attachment in self.attachments]
        unsent = set(
            Attachment.objects.unclaimed().filter(pk__in=keys).values_list("pk", flat=True)
        )
        sent = sum(row.size for row in self.attachments if row.pk not in unsent)
        throttle.give_back("unsent_bytes", throttle.network_address(request), sent)

    def _find_kept(self, request: HttpRequest) -> None:
        removed = _key(request.POST.get(REMOVE, ""))
        tokens = request.POST.getlist(KEPT)[: helpdesk_settings.FILES_MAX_COUNT]
        keys = [key for key in dict.fromkeys(map(_key, tokens)) if key]
        if not tokens:
            return
        found = {
            attachment.key: attachment
            for attachment in Attachment.objects.unclaimed().filter(
                key__in=keys, owner_key=file_owner(request)
            )
        }
        for key in keys:
            if key == removed and key in found:
                discard(found[key])
                _give_back(request, found[key].size)
            elif key in found:
                self.kept.append(KeptFile(found[key]))
        if len(found) < len(tokens):
            self.errors.append(_("A file that you added before is no longer there. Add it again"))

    def _add(self, file, request: HttpRequest) -> None:
        limit = helpdesk_settings.FILES_MAX_COUNT
        if len(self.kept) >= limit:
            self.errors.append(
                ngettext(
                    "“%(name)s” was not added: you can send at most %(limit)s file",
                    "“%(name)s” was not added: you can send at most %(limit)s files",
                    limit,
                )
                % {"name": file.name, "limit": limit}
            )
        elif self.total + (file.size or 0) > helpdesk_settings.FILES_MAX_BYTES:
            self.errors.append(
                _("“%(name)s” was not added: together the files may have at most %(limit)s")
                % {
                    "name": file.name,
                    "limit": filesizeformat(helpdesk_settings.FILES_MAX_BYTES),
                }
            )
        elif not _may_upload(request, file.size or 0):
            self.errors.append(
                _(
                    "“%(name)s” was not added: too many files came from your network. Try later, or send your text without it"
                )
                % {"name": file.name}
            )
        else:
            self._store(file, request)

    def _store(self, file, request: HttpRequest) -> None:
        try:
            attachment = store(file, owner_key=file_owner(request))
        except (FileRefused, FileStoreError) as refusal:
            _give_back(request, file.size or 0)
            self.errors.extend(getattr(refusal, "messages", [str(refusal)]))
        else:
            self.kept.append(KeptFile(attachment))


def limits() -> dict[str, str]:
    """What the form says beforehand about the files it takes, and what the browser offers to choose."""
    count, types = helpdesk_settings.FILES_MAX_COUNT, helpdesk_settings.FILE_TYPES
    how_many = ngettext(
        "%(count)s file of at most %(size)s.",
        "At most %(count)s files of %(size)s each, and %(total)s in all.",
        count,
    ) % {
        "count": count,
        "size": filesizeformat(helpdesk_settings.FILE_MAX_BYTES),
        "total": filesizeformat(helpdesk_settings.FILES_MAX_BYTES),
    }
    return {
        "how_many": how_many,
        "types": _("Types: %(types)s.") % {"types": ", ".join(types)},
        "accept": ",".join(f".{each}" for each in types),
    }


def _key(token: str) -> str:
    try:
        return signing.Signer(salt=SALT).unsign(token[:200])
    except signing.BadSignature:
        return ""


def _may_upload(request: HttpRequest, size: int) -> bool:
    """With the cache down, yes: the store has limits of its own, for each browser and for all together."""
    network = throttle.network_address(request)
    try:
        return throttle.allow("upload", network) and throttle.take("unsent_bytes", network, size)
    except throttle.ThrottleDown:
        return True


def _give_back(request: HttpRequest, size: int) -> None:
    throttle.give_back("unsent_bytes", throttle.network_address(request), size)
