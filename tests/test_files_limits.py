"""What hostile files cost: bounded time, bounded memory. Each in a process of its own."""

import contextlib
import io
import os
import resource
import signal
import struct
import sys
import time
import zipfile
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from wagtail_helpdesk.models import Attachment
from wagtail_helpdesk.storage import private_files_root
from wagtail_helpdesk.tickets.file_types import FileRefused, check_content
from wagtail_helpdesk.tickets.files import FileStoreError, _write, store

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]
SECONDS = 1
MIB = 1024 * 1024


def cost_of(work):
    """Seconds of CPU and bytes of memory that ``work()`` takes at its peak, in a child process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with open("/proc/self/clear_refs", "w") as reset:
                reset.write("5")
            before, began = _memory("VmRSS"), time.process_time()
            work()
            answer = f"{time.process_time() - began} {_memory('VmHWM') - before}"
        except BaseException as error:
            answer = f"failed: {error!r}"
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    assert not answer.startswith("failed"), answer
    seconds, peak = answer.split()
    return float(seconds), int(peak)


def _memory(name):
    with open("/proc/self/status") as status:
        [line] = [line for line in status if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024


def png(width, height, *chunks):
    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def webp(width, height):
    """An animation whose canvas is as large as its header says."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "WEBP", lossless=True)
    picture = out.getvalue()[12:]

    def size(number):
        return (number - 1).to_bytes(3, "little")

    canvas = b"\x02\0\0\0" + size(width) + size(height)
    frame = b"\0" * 6 + size(1) + size(1) + b"\x64\0\0\0" + picture
    body = b"WEBP"
    for kind, data in [(b"VP8X", canvas), (b"ANIM", b"\0" * 6), (b"ANMF", frame)]:
        body += kind + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zipped(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", content)
    return out.getvalue()


MEGABYTE_OF_NOTHING = zlib.compress(b"\0" * 1_000_000, 9)
BOMBS = {
    "texts.png": lambda: png(
        5, 5, *((b"zTXt", b"k%d\0\0" % n + MEGABYTE_OF_NOTHING) for n in range(70))
    ),
    "profile.png": lambda: png(5, 5, (b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 200_000_000, 9))),
    "huge.png": lambda: png(2**31 - 1, 2**31 - 1),
    "canvas.webp": lambda: webp(16_383, 16_383),
    "screen.gif": lambda: b"GIF89a\xff\xff\xff\xff\0\0\0," + b"\0" * 40,
    "comments.gif": lambda: (
        b"GIF89a\x70\x17\x70\x17\0\0\0" + (b"!\xfe\xff" + b"x" * 255 + b"\0") * 35_000
    ),
    "comments.jpg": lambda: b"\xff\xd8" + b"\xff\xfe\0\x03x" * 2_000_000 + b"\xff\xd9",
    "segments.jpg": lambda: b"\xff\xd8" + (b"\xff\xe1\xff\xff" + b"x" * 65_533) * 150 + b"\xff\xd9",
    "matryoshka.zip": lambda: zipped(zipped(b"\0" * 50_000_000)),
    "zeros.docx": lambda: zipped(b"\0" * 50_000_000),
    "entries.xlsx": lambda: b"PK\x03\x04" * 2_500_000,
    "long.txt": lambda: b"a" * 10 * MIB,
    "wide.txt": lambda: ("a" * 5_000_000).encode("utf-16"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little(name):
    content = BOMBS[name]()

    def check():
        with contextlib.suppress(FileRefused):
            check_content(SimpleUploadedFile(name, content), name)

    seconds, peak = cost_of(check)
    assert seconds < SECONDS
    assert peak < 100 * MIB


def test_a_photo_with_many_segments_is_still_a_photo():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    plain = out.getvalue()
    photo = plain[:2] + (b"\xff\xe2\xff\xff" + b"x" * 65_533) * 60 + plain[2:]
    assert check_content(ContentFile(photo, name="photo.jpg"), "photo.jpg") == "image/jpeg"


def test_a_large_upload_is_streamed():
    upload = TemporaryUploadedFile("big.pdf", "application/pdf", 200 * MIB, None)
    upload.write(b"%PDF-1.7\n")
    upload.seek(200 * MIB - 1)
    upload.write(b"\0")
    upload.flush()

    def keep():
        assert check_content(upload, "big.pdf") == "application/pdf"
        _write(upload, Attachment(name="big.pdf"))

    _seconds, peak = cost_of(keep)
    assert peak < 10 * MIB
    upload.close()


def test_a_large_text_is_read_in_pieces():
    upload = TemporaryUploadedFile("big.txt", "text/plain", 100 * MIB, None)
    for _ in range(100):
        upload.write(b"a" * MIB)
    upload.flush()
    _seconds, peak = cost_of(lambda: check_content(upload, "big.txt"))
    assert peak < 10 * MIB
    upload.close()


def test_a_store_that_can_take_no_more(db):
    """The system itself refuses: this process may write no file larger than 1 MiB."""
    upload = SimpleUploadedFile("big.pdf", b"%PDF-1.7\n" + b" " * 2 * MIB)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MIB, hard))
    try:
        with pytest.raises(FileStoreError):
            store(upload, owner_key="x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert not Attachment.objects.exists()
    assert [path for path in private_files_root().rglob("*") if path.is_file()] == []
