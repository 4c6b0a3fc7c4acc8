"""Where somebody lives: streets and houses, as they are written in Indonesia and in English."""

import re

#: What stands before a house, a block or a neighbourhood; and with its number.
_MARK = r"(?:no|nomor|blok|kav|kavling|rt/rw|rt|rw)\b"
_UNIT = (
    r"(?:(?:no|nomor|kav|kavling|rt/rw|rt|rw)\b[. :]{0,3}(?=\w{0,7}\d)\w{1,8}\b(?:[/-]\d{1,4}[a-z]?\b)?"
    r"|blok\b[. :]{0,3}(?:(?=\w{0,7}\d)\w{1,8}|[a-z]{1,2})\b(?:[/-]\d{1,4}[a-z]?\b)?)"
)
_HOUSE = rf"(?:[ ,/]{{1,3}}{_UNIT})"
#: A number alone, unless it counts something.
_BARE = (
    r"(?: \d{1,3}[a-z]?\b(?! ?(?:hari|jam|menit|minggu|bulan|kali|days?|hours?|weeks?|times?)\b))"
)
_WORD = rf"(?!{_MARK})[^\W\d][\w'’.]{{0,30}}"
#: Words of sentences, not of streets: "jalan keluar dari masalah no 1" is a way out.
_SAID = (
    r"(?!(?:yang|dan|di|ke|dari|pada|untuk|dengan|karena|kalau|jika|tapi|sejak|lagi|sudah|belum|bisa|tidak|ini|itu"
    r"|keluar|pintas|terus|lancar|normal|sendiri|kami|kita|saya)\b)"
)
_SMALL = r"(?!(?:the|a|an|on|in|at|my|our|your|this|that|of|and|to|from|for)\b)"

STREETS = (
    # With a name in capitals.
    re.compile(
        r"\b(?:[Jj]l|[Jj]ln|[Jj]alan|[Gg]g|[Gg]ang|JL|JLN|GG)\b\.?\s{1,3}[A-Z][\w'’]*"
        rf"(?: (?!(?i:{_MARK}))[A-Z][\w'’]*)*(?i:{_BARE})?(?i:{_HOUSE})*"
    ),
    # "jl" is said of nothing else.
    re.compile(
        rf"\bjln?\b\.?\s{{0,3}}{_WORD}(?:(?: {_WORD}){{0,4}}(?:{_HOUSE}{{1,6}}|{_BARE}{_HOUSE}{{0,6}}))?",
        re.IGNORECASE,
    ),
    # These words are said of other things too: a house tells.
    re.compile(
        r"\b(?:jalan|gang|gg|perumahan|perum|komplek|kompleks|cluster|kp|kampung|dusun|dsn|desa|apartemen)\b"
        rf"\.?\s{{1,3}}{_SAID}{_WORD}(?: {_SAID}{_WORD}){{0,4}}{_HOUSE}{{1,6}}",
        re.IGNORECASE,
    ),
    # A house without a street.
    re.compile(
        rf"\b(?:(?=blok|kav|rt){_UNIT}{_HOUSE}{{1,6}}|rt(?:/rw)?\b[. :]{{0,3}}\d{{1,3}}/\d{{1,3}}\b)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b\d{1,5}[A-Za-z]? (?:[A-Z][\w'’-]* ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close)\b"
    ),
    re.compile(
        rf"\b\d{{1,5}}[a-z]? (?:{_SMALL}[^\W\d][\w'’-]{{0,30}} ){{1,3}}(?:street|road|avenue|lane)\b",
        re.IGNORECASE,
    ),
)
