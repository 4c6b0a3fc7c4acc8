"""Which files are accepted: by the extension *and* by what is inside."""

import codecs
import os
import unicodedata
from dataclasses import dataclass
from typing import Any, NoReturn

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image

from ..conf import helpdesk_settings
from .texts import clean_line

NAME_MAX_LENGTH = 255
OCTET_STREAM = "application/octet-stream"
#: Bytes that the signatures of the `filetype` library need at most.
HEAD_BYTES = 8192
#: Pieces in which a picture's header is read. A photo takes a few hundred; a header of a million
#: tiny parts would cost seconds and much memory.
HEADER_READS = 5_000
#: Invisible marks of direction, beside those that ``clean_line`` drops.
_MARKS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\ufeff"))


class FileRefused(ValidationError):
    """This file is not accepted; the message says why, in words for the person who sent it."""


@dataclass(frozen=True)
class FileType:
    """``content_type`` is what it is stored and served as; ``found`` what `filetype` may call it."""

    content_type: str
    found: frozenset[str] = frozenset()
    #: Pillow's name, for pictures.
    image: str = ""

    @property
    def is_text(self) -> bool:
        return not self.found


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
# `filetype` tells documents from other archives by the order of their entries, which is not
# the same in every program: such a document is a zip archive to it.
_ZIP = "application/zip"
_ZIPPED = {
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
    "odp": f"{_ODF}presentation",
}
_JPEG = FileType("image/jpeg", frozenset({"image/jpeg"}), "JPEG")

#: extension -> type. The setting FILE_TYPES picks among these and all that `filetype` recognises.
KNOWN_TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", frozenset({"application/pdf"})),
    "png": FileType("image/png", frozenset({"image/png", "image/apng"}), "PNG"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": FileType("image/gif", frozenset({"image/gif"}), "GIF"),
    "webp": FileType("image/webp", frozenset({"image/webp"}), "WEBP"),
    "txt": FileType("text/plain"),
    "csv": FileType("text/csv"),
    "zip": FileType(_ZIP, frozenset({_ZIP, "application/epub+zip", *_ZIPPED.values()})),
    **{
        extension: FileType(content_type, frozenset({content_type, _ZIP}))
        for extension, content_type in _ZIPPED.items()
    },
}
#: What a browser may be told that a download is. Everything else is bytes.
SERVED_TYPES = frozenset(known.content_type for known in KNOWN_TYPES.values())


def refuse(message: str, name: str, **params: Any) -> NoReturn:
    raise FileRefused(message % {"name": name, **params})


def clean_name(name: str | None) -> str:
    """``name`` for display and download: no path, no controls, no marks of direction, at most 255 characters."""
    name = unicodedata.normalize("NFC", clean_line(name or "").translate(_MARKS))
    # "a.pdf/../b.pdf", 'C:\a.pdf': only what stands behind the last of either slash.
    name = name.replace("\\", "/").rpartition("/")[2].strip()
    stem, extension = os.path.splitext(name)
    if not stem.strip(". "):
        stem = pgettext("name of a file that has none", "file")
    return stem[: NAME_MAX_LENGTH - len(extension[:50])] + extension[:50]


def check_content(upload: File, name: str) -> str:
    """The content type of an accepted file. Raises ``FileRefused`` where name and content don't agree."""
    extension = os.path.splitext(name)[1][1:].lower()
    accepted = _accepted_type(extension)
    if accepted is None:
        refuse(
            _("Files like “%(name)s” are not accepted. Accepted are: %(types)s."),
            name,
            types=", ".join(helpdesk_settings.FILE_TYPES),
        )
    upload.seek(0)
    guess = filetype.guess(bytes(upload.read(HEAD_BYTES)))
    found = guess.mime if guess else ""
    agrees = not found and _is_text(upload) if accepted.is_text else found in accepted.found
    if not agrees:
        message = (
            _("The file “%(name)s” is not plain text. Save it as UTF-8 text, or send it as a PDF.")
            if accepted.is_text
            else _(
                "The file “%(name)s” is damaged, or is not of the kind that its name says (%(type)s)."
            )
        )
        refuse(message, name, type=extension)
    if accepted.image:
        _check_picture(upload, name, accepted.image)
    upload.seek(0)
    return accepted.content_type


def _accepted_type(extension: str) -> FileType | None:
    if extension not in [listed.lower().lstrip(".") for listed in helpdesk_settings.FILE_TYPES]:
        return None
    if extension in KNOWN_TYPES:
        return KNOWN_TYPES[extension]
    # Listed by the project: accepted if there is a signature to check it by.
    known = filetype.get_type(ext=extension)
    return FileType(known.mime, frozenset({known.mime})) if known else None


def _is_text(upload: File) -> bool:
    """Whether it is UTF-8, or UTF-16 with its mark, without a NUL. Read in pieces."""
    upload.seek(0)
    start = upload.read(2)
    utf16 = start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    decoder = codecs.getincrementaldecoder("utf-16" if utf16 else "utf-8")()
    try:
        for chunk in upload.chunks():
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _check_picture(upload: File, name: str, image_format: str) -> None:
    """Read the header only: how many pixels would it be?"""
    too_many = _("The picture “%(name)s” has too many pixels. Make it smaller, and try again.")
    upload.seek(0)
    try:
        with Image.open(_FewReads(upload), formats=[image_format]) as image:
            width, height = image.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        refuse(too_many, name)
    except Exception:
        # Pillow answers a damaged header with whatever it stumbled over.
        refuse(_("The picture “%(name)s” is damaged and can't be read."), name)
    if width * height > helpdesk_settings.IMAGE_MAX_PIXELS:
        refuse(too_many, name)


class _FewReads:
    """A file that may be read a limited number of times. Pillow asks for no more of a file than this."""

    def __init__(self, file: File) -> None:
        self._file, self._left = file, HEADER_READS
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise OSError("This header has too many parts.")
        return self._file.read(size)
