"""What a new help desk starts with. Plain data; an owner edits the records, not this.

English names are message ids: staff read them through the catalogue (``display_name``). What
requesters read has rows per language, because an owner words that for each language.
"""

from dataclasses import dataclass, field
from datetime import time

from django.utils.translation import gettext_noop as _

from ..models import Priority


@dataclass(frozen=True)
class LevelDefault:
    rank: int
    name: str
    on_site: bool = False
    #: language -> what requesters read, in the middle of a sentence
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TypeDefault:
    name: str
    answer_time: str
    priority: str = Priority.NORMAL
    rank: int = 1
    #: language -> (name, answer time)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)


LEVELS = [
    LevelDefault(
        1,
        _("Level 1: junior help desk"),
        names={"en": "first line", "id": "lini pertama"},
    ),
    LevelDefault(
        2,
        _("Level 2: help-desk admin"),
        names={"en": "specialist", "id": "spesialis"},
    ),
    LevelDefault(
        3,
        _("Level 3: engineer"),
        on_site=True,
        names={"en": "engineer", "id": "teknisi"},
    ),
]

DIVISION = _("Help desk")
DIVISION_NAMES = {"id": "Layanan bantuan"}

TYPES = [
    TypeDefault(
        _("Something does not work"),
        _("within one working day"),
        Priority.HIGH,
        names={"id": ("Ada yang tidak berfungsi", "dalam satu hari kerja")},
    ),
    TypeDefault(
        _("I can't sign in to my account"),
        _("within one working day"),
        names={"id": ("Tidak bisa masuk ke akun saya", "dalam satu hari kerja")},
    ),
    TypeDefault(
        _("Order, delivery or bill"),
        _("within two working days"),
        names={"id": ("Pesanan, pengiriman, atau tagihan", "dalam dua hari kerja")},
    ),
    TypeDefault(
        _("Complaint about our service"),
        _("within two working days"),
        Priority.HIGH,
        rank=2,
        names={"id": ("Keluhan tentang pelayanan kami", "dalam dua hari kerja")},
    ),
    TypeDefault(
        _("Problem with this website"),
        _("within two working days"),
        names={"id": ("Masalah pada situs web ini", "dalam dua hari kerja")},
    ),
    TypeDefault(
        _("My personal data"),
        _("within five working days"),
        rank=2,
        names={"id": ("Data pribadi saya", "dalam lima hari kerja")},
    ),
    TypeDefault(
        _("Question: products and services"),
        _("within two working days"),
        Priority.LOW,
        names={"id": ("Pertanyaan: produk dan layanan", "dalam dua hari kerja")},
    ),
    TypeDefault(
        _("Something else"),
        _("within two working days"),
        names={"id": ("Hal lain", "dalam dua hari kerja")},
    ),
]

CALENDAR = _("Office hours")
#: Monday to Friday, with a break at noon: eight working hours a day.
WORKING_DAYS = range(5)
WORKING_HOURS = [(time(8), time(12)), (time(13), time(17))]

POLICY = _("Usual targets")
HOUR = 60
#: priority -> working hours until the first response, and until the solution
TARGETS = {
    Priority.URGENT: (1, 8),
    Priority.HIGH: (4, 16),
    Priority.NORMAL: (8, 24),
    Priority.LOW: (16, 40),
}
#: How many working hours the levels may hold a ticket, the first level first.
LEVEL_HOURS = (4, 8, 16)

#: code -> name. The codes are what integrations and rules refer to.
REASONS = {
    "needs-deeper-knowledge": _("Needs deeper knowledge"),
    "needs-rights": _("Needs rights I lack"),
    "needs-a-visit": _("Needs a visit"),
    "wrong-division": _("Wrong division"),
    "target-at-risk": _("Target at risk"),
    "requester-asks": _("The requester asks for it"),
    "other": _("Another reason"),
}

#: language -> (title, slug) of the support page that is laid out as a draft
PAGE_TITLES = {"en": ("Support", "support"), "id": ("Bantuan", "support")}


@dataclass(frozen=True)
class ReplyDefault:
    #: language -> what staff find it by, and the text
    titles: dict[str, str]
    texts: dict[str, str]


#: No message ids: they go out to requesters as they stand, so each language has its own.
REPLIES = [
    ReplyDefault(
        {"en": "We are looking into it", "id": "Sedang kami periksa"},
        {
            "en": "Dear {{ name }},\n\nthank you for writing. We are looking into it, and write again as soon "
            "as we know more. Your reference is {{ reference }}.\n\n{{ agent }}, {{ desk }}",
            "id": "Bapak/Ibu {{ name }},\n\nterima kasih atas pesan Anda. Kami sedang memeriksanya dan akan "
            "mengabari begitu ada perkembangan. Nomor referensi Anda {{ reference }}.\n\n"
            "{{ agent }}, {{ desk }}",
        },
    ),
    ReplyDefault(
        {"en": "Please tell us more", "id": "Mohon keterangan lebih lanjut"},
        {
            "en": "Dear {{ name }},\n\nto help you we need to know a little more: since when is it so, what "
            "exactly do you see, and what have you tried already? A photograph often helps.\n\n"
            "{{ agent }}, {{ desk }}",
            "id": "Bapak/Ibu {{ name }},\n\nagar kami dapat membantu, mohon beri tahu kami: sejak kapan "
            "terjadi, apa persisnya yang terlihat, dan apa saja yang sudah dicoba? Foto sering sangat "
            "membantu.\n\n{{ agent }}, {{ desk }}",
        },
    ),
    ReplyDefault(
        {"en": "Does it work now?", "id": "Apakah sudah berfungsi?"},
        {
            "en": "Dear {{ name }},\n\nwe believe that this is solved. Does it work on your side, too? Without "
            "an answer we take it that all is well.\n\n{{ agent }}, {{ desk }}",
            "id": "Bapak/Ibu {{ name }},\n\nmenurut kami masalah ini sudah selesai. Apakah di tempat Anda "
            "sudah berfungsi lagi? Tanpa jawaban, kami anggap semuanya sudah baik.\n\n"
            "{{ agent }}, {{ desk }}",
        },
    ),
]
