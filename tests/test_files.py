"""Storing files: what is accepted, what is refused in which words, and what is left behind."""

import io
import os
import struct
import zipfile
import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from wagtail_helpdesk.models import Attachment
from wagtail_helpdesk.models.messages import owner_key
from wagtail_helpdesk.storage import private_files_root, private_storage
from wagtail_helpdesk.tickets.files import (
    FileRefused,
    FileStoreError,
    discard,
    store,
    sweep_orphaned_bytes,
    sweep_unclaimed,
)

pytestmark = pytest.mark.django_db
OWNER = owner_key("session", "somebody")


def picture(image_format="PNG", size=(3, 2)):
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, image_format)
    return out.getvalue()


def archive(*entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in entries:
            zipped.writestr(name, content)
    return out.getvalue()


def png_that_claims(width, height):
    """A PNG whose header says more than its few bytes hold."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


WORD = archive(("[Content_Types].xml", "<x/>"), ("_rels/.rels", "<x/>"), ("word/document.xml", "x"))
SHEET = archive(("[Content_Types].xml", "<x/>"), ("_rels/.rels", "<x/>"), ("xl/workbook.xml", "x"))
SHEET_OF_ANOTHER_PROGRAM = archive(("customXml/item.xml", "<x/>"), ("xl/workbook.xml", "x"))
ODT = archive(("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>"))
ODS = archive(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "x"))

ACCEPTED = {
    "letter.pdf": (b"%PDF-1.7\n%%EOF", "application/pdf"),
    "LETTER.PDF": (b"%PDF-1.7\n%%EOF", "application/pdf"),
    "lamp.png": (picture(), "image/png"),
    "lamp.jpg": (picture("JPEG"), "image/jpeg"),
    "lamp.jpeg": (picture("JPEG"), "image/jpeg"),
    "lamp.gif": (picture("GIF"), "image/gif"),
    "lamp.webp": (picture("WEBP"), "image/webp"),
    "log.txt": ("Selamat pagi, é".encode(), "text/plain"),
    "log16.txt": ("Selamat pagi".encode("utf-16"), "text/plain"),
    "table.csv": (b"a;b\r\n1;2\r\n", "text/csv"),
    "letter.docx": (
        WORD,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "sum.xlsx": (SHEET, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "sum2.xlsx": (
        SHEET_OF_ANOTHER_PROGRAM,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "letter.odt": (ODT, "application/vnd.oasis.opendocument.text"),
    "sum.ods": (ODS, "application/vnd.oasis.opendocument.spreadsheet"),
    "all.zip": (archive(("a.txt", "a")), "application/zip"),
    # Two kinds at once: taken for what the name says, and only ever handed out as that.
    "script.gif": (picture("GIF") + b"<script>alert(1)</script>", "image/gif"),
    "page.pdf": (b"%PDF-1.7\n<script>alert(1)</script>", "application/pdf"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    content, content_type = ACCEPTED[name]
    attachment = store(SimpleUploadedFile(name, content), owner_key=OWNER)
    attachment.refresh_from_db()
    assert (attachment.name, attachment.content_type) == (name, content_type)
    assert attachment.size == len(content)
    assert attachment.owner_key == OWNER
    assert attachment.ticket is None
    with attachment.file.open() as stored:
        assert stored.read() == content


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
EXE = b"MZ\x90\x00" + b"\0" * 60

REFUSED = {
    "picture.svg": SVG,
    "page.html": HTML,
    "page.xhtml": HTML,
    "page.shtml": HTML,
    "run.exe": EXE,
    "run.js": b"alert(1)",
    "mail.eml": b"From: a@example.org\n\n",
    "drawing.svgz": b"\x1f\x8b\x08\x00",
    "no-extension": b"text",
    ".htaccess": b"Options +Indexes",
    # Double extensions: the last one counts.
    "invoice.pdf.exe": EXE,
    "lamp.png.html": HTML,
    "invoice.pdf.": b"%PDF-1.7\n",
    "invoice.pdf::$DATA": b"%PDF-1.7\n",
    # The name says one thing, the content another.
    "lamp.png": SVG,
    "photo.jpg": HTML,
    "photo.jpeg": picture("PNG"),
    "lamp.gif": EXE,
    "letter.pdf": EXE,
    "letter.docx": HTML,
    "letter.odt": b"%PDF-1.7\n",
    "all.zip": b"Rar!\x1a\x07\x00",
    "log.txt": EXE,
    "notes.txt": b"%PDF-1.7\n",
    "binary.txt": b"a\0b",
    "latin.csv": b"caf\xe9;\xff\xfe",
    "half16.txt": b"\xff\xfea",
    "lone.txt": "\ud800".encode("utf-16-le", "surrogatepass").join([b"\xff\xfe", b""]),
    # Pictures whose header is a lie or in ruins.
    "torn.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "torn.gif": b"GIF89a",
    "torn.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 20,
    "torn.webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "scripted.gif": b"GIF89a/*" + b"\xff" * 4 + b"*/=1;alert(1)//",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    with pytest.raises(FileRefused) as refusal:
        store(SimpleUploadedFile(name, REFUSED[name]), owner_key=OWNER)
    assert isinstance(refusal.value, ValidationError)
    assert name in refusal.value.messages[0]
    assert_nothing_is_left()


def assert_nothing_is_left():
    assert not Attachment.objects.exists()
    left = [path for path in private_files_root().rglob("*") if path.is_file()]
    assert left == []


def test_an_empty_file_is_refused_in_words():
    with pytest.raises(FileRefused, match=r"The file “empty\.pdf” is empty"):
        store(SimpleUploadedFile("empty.pdf", b""), owner_key=OWNER)


def test_a_big_file_is_refused_in_words(settings):
    settings.WAGTAIL_HELPDESK = {"FILE_MAX_BYTES": 2 * 1024 * 1024}
    content = b"%PDF-1.7\n" + b" " * 2 * 1024 * 1024
    with pytest.raises(FileRefused) as refusal:
        store(SimpleUploadedFile("big.pdf", content), owner_key=OWNER)
    assert refusal.value.messages == [
        "The file “big.pdf” is too big. A file may have at most 2.0\xa0MB."
    ]
    assert_nothing_is_left()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("C:\\fakepath\\lamp.txt", "lamp.txt"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("nul\0.txt", "nul.txt"),
        ("run.exe\0.txt", "run.exe.txt"),
        ("two\r\nlines.txt", "two lines.txt"),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("\u200flamp\u2066.txt", "lamp.txt"),
        ("\ud800lone.txt", "lone.txt"),
        ("Cafe\u0301.txt", "Caf\u00e9.txt"),
        ("lampu “merah” <1>.txt", "lampu “merah” <1>.txt"),
        ("   .txt", None),
        ("照明.txt", "照明.txt"),
    ],
)
def test_names_are_cleaned(given, kept):
    upload = ContentFile(b"text", name="x")
    upload.name = given
    if kept is None:
        with pytest.raises(FileRefused):
            store(upload, owner_key=OWNER)
        return
    assert store(upload, owner_key=OWNER).name == kept


def test_long_names_keep_their_extension():
    upload = ContentFile(b"text", name="x")
    upload.name = "ä" * 400 + ".txt"
    name = store(upload, owner_key=OWNER).name
    assert len(name) == 255
    assert name.endswith("ä.txt")


def test_nothing_of_the_name_reaches_the_file_system():
    attachment = store(SimpleUploadedFile("Secret plan.txt", b"text"), owner_key=OWNER)
    path = attachment.file.path
    assert "Secret" not in path
    assert attachment.key in path
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_a_picture_that_would_be_too_large_is_refused_by_its_header():
    for width, height in [(8_000, 6_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)]:
        with pytest.raises(FileRefused, match="too many pixels"):
            store(SimpleUploadedFile("bomb.png", png_that_claims(width, height)), owner_key=OWNER)
    assert store(SimpleUploadedFile("ok.png", png_that_claims(8_000, 5_000)), owner_key=OWNER)


def test_an_archive_is_never_unpacked():
    bomb = archive(("zeros", b""))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("zeros", b"\0" * 50_000_000)
    bomb = out.getvalue()
    attachment = store(SimpleUploadedFile("bomb.zip", bomb), owner_key=OWNER)
    assert attachment.size == len(bomb) < 100_000


def test_a_type_that_the_project_adds_is_checked_by_its_signature(settings):
    settings.WAGTAIL_HELPDESK = {"FILE_TYPES": ["mp3", "html"]}
    assert store(SimpleUploadedFile("a.mp3", b"ID3\x03" + b"\0" * 20), owner_key=OWNER)
    for name, content in [("b.mp3", b"text"), ("page.html", HTML), ("lamp.png", picture())]:
        with pytest.raises(FileRefused):
            store(SimpleUploadedFile(name, content), owner_key=OWNER)


def test_unclaimed_files_of_one_owner_are_few(settings):
    settings.WAGTAIL_HELPDESK = {"FILES_MAX_COUNT": 1, "FILES_MAX_BYTES": 100}
    for number in range(4):
        store(SimpleUploadedFile(f"{number}.txt", b"x"), owner_key=OWNER)
    with pytest.raises(FileRefused, match="many files without sending"):
        store(SimpleUploadedFile("5.txt", b"x"), owner_key=OWNER)
    with pytest.raises(FileRefused, match="many files without sending"):
        store(SimpleUploadedFile("big.txt", b"x" * 401), owner_key=owner_key("session", "other"))
    assert Attachment.objects.count() == 4


def test_unclaimed_files_of_everybody_have_a_limit(settings, ticket):
    settings.WAGTAIL_HELPDESK = {"UNCLAIMED_MAX_BYTES": 10}
    first = store(SimpleUploadedFile("1.txt", b"12345678"), owner_key=owner_key("session", "1"))
    with pytest.raises(FileRefused, match="No more files"):
        store(SimpleUploadedFile("2.txt", b"12345678"), owner_key=owner_key("session", "2"))
    Attachment.objects.filter(pk=first.pk).update(ticket=ticket)
    assert store(SimpleUploadedFile("2.txt", b"12345678"), owner_key=owner_key("session", "2"))


def find_virus(file):
    return "Eicar" if b"EICAR" in file.read() else None


def broken_scanner(file):
    raise ConnectionRefusedError("clamd is down")


def test_a_virus_is_refused(settings):
    settings.WAGTAIL_HELPDESK = {"VIRUS_SCANNER": "tests.test_files.find_virus"}
    with pytest.raises(FileRefused, match=r"“x\.txt” holds a virus"):
        store(SimpleUploadedFile("x.txt", b"EICAR"), owner_key=OWNER)
    clean = store(SimpleUploadedFile("y.txt", b"hello"), owner_key=OWNER)
    with clean.file.open() as kept:
        assert kept.read() == b"hello"


def test_a_scanner_that_is_down_lets_nothing_pass(settings):
    settings.WAGTAIL_HELPDESK = {"VIRUS_SCANNER": "tests.test_files.broken_scanner"}
    with pytest.raises(FileStoreError, match="can't be checked"):
        store(SimpleUploadedFile("x.txt", b"hello"), owner_key=OWNER)
    assert_nothing_is_left()


class FullStorage(InMemoryStorage):
    """A disk that is full after the first bytes."""

    def _save(self, name, content):
        super()._save(name, ContentFile(b"half"))
        raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_neither_row_nor_bytes(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "helpdesk": {"BACKEND": "tests.test_files.FullStorage"},
    }
    with pytest.raises(FileStoreError, match=r"“x\.txt” could not be stored"):
        store(SimpleUploadedFile("x.txt", b"hello"), owner_key=OWNER)
    assert not Attachment.objects.exists()
    assert files_in(private_storage) == []


def files_in(storage, folder=""):
    folders, files = storage.listdir(folder)
    inside = [path for name in folders for path in files_in(storage, f"{folder}/{name}".strip("/"))]
    return [f"{folder}/{name}" for name in files] + inside


def test_a_row_that_cannot_be_written_leaves_no_bytes(monkeypatch):
    def fail(self, **kwargs):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Attachment, "save", fail)
    with pytest.raises(RuntimeError):
        store(SimpleUploadedFile("x.txt", b"hello"), owner_key=OWNER)
    assert_nothing_is_left()


def age(attachment, **delta):
    Attachment.objects.filter(pk=attachment.pk).update(
        created_at=timezone.now() - timedelta(**delta)
    )


def test_sweeping_deletes_old_unclaimed_files_only(ticket, django_capture_on_commit_callbacks):
    old, young, claimed = (
        store(SimpleUploadedFile(f"{name}.txt", b"x"), owner_key=OWNER)
        for name in ("old", "young", "claimed")
    )
    age(old, hours=25)
    age(young, hours=23)
    age(claimed, hours=25)
    Attachment.objects.filter(pk=claimed.pk).update(ticket=ticket)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_unclaimed() == 1
    assert {*Attachment.objects.values_list("name", flat=True)} == {"young.txt", "claimed.txt"}
    assert not os.path.exists(old.file.path)
    assert os.path.exists(young.file.path)
    assert os.path.exists(claimed.file.path)


def test_discarding_takes_only_what_is_unclaimed(ticket, django_capture_on_commit_callbacks):
    mine = store(SimpleUploadedFile("mine.txt", b"x"), owner_key=OWNER)
    claimed = store(SimpleUploadedFile("claimed.txt", b"x"), owner_key=OWNER)
    Attachment.objects.filter(pk=claimed.pk).update(ticket=ticket)
    with django_capture_on_commit_callbacks(execute=True):
        assert discard(mine) is True
        assert discard(claimed) is False
    assert not os.path.exists(mine.file.path)
    assert os.path.exists(claimed.file.path)


def test_bytes_without_a_row_are_swept():
    kept = store(SimpleUploadedFile("kept.txt", b"x"), owner_key=OWNER)
    lost = store(SimpleUploadedFile("lost.txt", b"x"), owner_key=OWNER)
    fresh = store(SimpleUploadedFile("fresh.txt", b"x"), owner_key=OWNER)
    Attachment.objects.exclude(pk=kept.pk).delete()
    yesterday = timezone.now().timestamp() - 25 * 3600
    for attachment in (kept, lost):
        os.utime(attachment.file.path, (yesterday, yesterday))
    assert sweep_orphaned_bytes() == 1
    assert not os.path.exists(lost.file.path)
    assert os.path.exists(kept.file.path)
    assert os.path.exists(fresh.file.path)


def test_a_store_elsewhere_is_not_walked(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "helpdesk": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    private_storage.save("helpdesk/aa/aaaa", ContentFile(b"x"))
    assert sweep_orphaned_bytes() == 0
