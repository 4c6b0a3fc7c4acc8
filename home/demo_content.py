"""What the invented company says on its pages, in both languages.

Each page is ``slug: {language: (title, lead, body)}``; the empty slug is the front page. A card
may name the slug of the page it links to.
"""


def section(heading, text):
    return ("section", heading, text)


def cards(heading, *items):
    return ("cards", heading, items)


PAGES = {
    "": {
        "en": (
            "Internet that reaches the last bend of the valley",
            "Serayu Link connects homes, schools and workshops in the hills. "
            "Local people lay the lines, and local people answer when you call.",
            [
                cards(
                    "What would you like to do?",
                    (
                        "Choose a plan",
                        "Three plans, no small print, and a price that stays.",
                        "",
                        "plans",
                    ),
                    (
                        "Get to know us",
                        "Who we are, and why we started with a single mast.",
                        "",
                        "about",
                    ),
                    (
                        "Visit the office",
                        "Come by with your bill, your router or your question.",
                        "",
                        "contact",
                    ),
                ),
                section(
                    "How we work",
                    "<p>Whatever you report gets a reference, and somebody who is responsible for it. "
                    "If the first person cannot solve it, it goes to someone who can, and you can see "
                    "who has it at any time.</p>",
                ),
            ],
        ),
        "id": (
            "Internet sampai ke tikungan terakhir lembah",
            "Serayu Link menyambungkan rumah, sekolah, dan bengkel di daerah perbukitan. "
            "Jaringan dipasang oleh warga setempat, dan warga setempat pula yang menjawab telepon Anda.",
            [
                cards(
                    "Apa yang Anda perlukan?",
                    (
                        "Memilih paket",
                        "Tiga paket, tanpa syarat tersembunyi, dengan harga tetap.",
                        "",
                        "plans",
                    ),
                    (
                        "Mengenal kami",
                        "Siapa kami dan bagaimana semuanya bermula dari satu menara.",
                        "",
                        "about",
                    ),
                    (
                        "Datang ke kantor",
                        "Silakan mampir membawa tagihan, router, atau pertanyaan.",
                        "",
                        "contact",
                    ),
                ),
                section(
                    "Cara kami bekerja",
                    "<p>Setiap laporan mendapat nomor dan penanggung jawab. Bila petugas pertama belum "
                    "dapat menyelesaikannya, laporan diteruskan kepada yang mampu, dan Anda dapat "
                    "melihat siapa yang sedang menanganinya.</p>",
                ),
            ],
        ),
    },
    "plans": {
        "en": (
            "Plans",
            "Every plan is without a data limit and can be ended at the end of any month.",
            [
                cards(
                    "For homes and offices",
                    (
                        "Home 30",
                        "For a family that reads, writes and watches.",
                        "30 Mbit/s · Rp 189,000 a month",
                        "",
                    ),
                    (
                        "Home 100",
                        "For many screens at once and work from home.",
                        "100 Mbit/s · Rp 299,000 a month",
                        "",
                    ),
                    (
                        "Workshop",
                        "Fixed address, and a visit on the next working day.",
                        "100 Mbit/s · Rp 549,000 a month",
                        "",
                    ),
                ),
                section(
                    "Moving house",
                    "<p>Tell us two weeks ahead. Inside our area we move the line for free.</p>",
                ),
            ],
        ),
        "id": (
            "Paket",
            "Semua paket tanpa batas kuota dan dapat dihentikan setiap akhir bulan.",
            [
                cards(
                    "Untuk rumah dan kantor",
                    (
                        "Rumah 30",
                        "Untuk keluarga yang membaca, menulis, dan menonton.",
                        "30 Mbit/s · Rp189.000 per bulan",
                        "",
                    ),
                    (
                        "Rumah 100",
                        "Untuk banyak layar sekaligus dan bekerja dari rumah.",
                        "100 Mbit/s · Rp299.000 per bulan",
                        "",
                    ),
                    (
                        "Bengkel",
                        "Alamat IP tetap dan kunjungan pada hari kerja berikutnya.",
                        "100 Mbit/s · Rp549.000 per bulan",
                        "",
                    ),
                ),
                section(
                    "Pindah rumah",
                    "<p>Kabari kami dua minggu sebelumnya. Di dalam wilayah layanan, pemindahan jaringan "
                    "tidak dikenai biaya.</p>",
                ),
            ],
        ),
    },
    "about": {
        "en": (
            "About us",
            "A small company with long ladders.",
            [
                section(
                    "How it began",
                    "<p>Seven neighbours put one mast on a hill, because the nearest cable ended two "
                    "villages away. Today forty people look after lines in eleven villages.</p>",
                ),
                section(
                    "Three teams",
                    "<ul><li><b>Network</b> builds and repairs the lines.</li>"
                    "<li><b>Billing</b> looks after contracts and payments.</li>"
                    "<li><b>Devices</b> helps with routers, telephones and whatever is plugged in.</li></ul>",
                ),
            ],
        ),
        "id": (
            "Tentang kami",
            "Perusahaan kecil dengan tangga yang panjang.",
            [
                section(
                    "Awal mulanya",
                    "<p>Tujuh tetangga mendirikan satu menara di atas bukit karena kabel terdekat berhenti "
                    "dua desa jauhnya. Kini empat puluh orang merawat jaringan di sebelas desa.</p>",
                ),
                section(
                    "Tiga tim",
                    "<ul><li><b>Jaringan</b> membangun dan memperbaiki sambungan.</li>"
                    "<li><b>Tagihan</b> mengurus kontrak dan pembayaran.</li>"
                    "<li><b>Perangkat</b> membantu soal router, telepon, dan apa pun yang tersambung.</li></ul>",
                ),
            ],
        ),
    },
    "contact": {
        "en": (
            "Contact",
            "The office is open on working days, and the door is wide enough for a satellite dish.",
            [
                section(
                    "Opening hours",
                    "<ul><li>Monday to Friday: 8:00 to 16:00</li><li>Saturday: 8:00 to 12:00</li>"
                    "<li>Sundays and public holidays: closed</li></ul>",
                ),
                section(
                    "In writing",
                    "<p>Letters reach us at Serayu Link, Jalan Contoh 12. "
                    "The support pages are the quicker way, at any hour.</p>",
                ),
            ],
        ),
        "id": (
            "Kontak",
            "Kantor buka pada hari kerja, dan pintunya cukup lebar untuk antena parabola.",
            [
                section(
                    "Jam buka",
                    "<ul><li>Senin sampai Jumat: 08.00–16.00</li><li>Sabtu: 08.00–12.00</li>"
                    "<li>Minggu dan hari libur: tutup</li></ul>",
                ),
                section(
                    "Lewat surat",
                    "<p>Surat dapat dikirim ke Serayu Link, Jalan Contoh 12. "
                    "Halaman bantuan lebih cepat dan terbuka kapan saja.</p>",
                ),
            ],
        ),
    },
}
