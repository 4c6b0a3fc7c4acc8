"""Reading what lies in ``data/``."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Thread:
    """One written ticket: how it came in, and what was done with it, in order."""

    key: str
    at: str
    body: str
    language: str = ""
    type: str = ""
    contact: str = ""
    subject: str = ""
    channel: str = "web"
    recorded_by: str = ""
    #: slug of the page that it was sent from
    page: str = ""
    files: list[str] = field(default_factory=list)
    #: the thread that it follows up on: it comes in as an answer to that
    follows: str = ""
    #: whether its newest mails are really delivered
    mail: bool = False
    step: list[dict[str, Any]] = field(default_factory=list)


def company() -> dict[str, Any]:
    return _read(DATA / "company.toml")


def promises() -> dict[str, Any]:
    """Calendars and policies, by their keys."""
    return _read(DATA / "promises.toml")


def procedures() -> dict[str, Any]:
    """Checklists by their keys, and under "replies" the canned replies."""
    return _read(DATA / "procedures.toml")


def pages() -> dict[str, Any]:
    """language -> title, introduction and body of the support page"""
    return _read(DATA / "pages.toml")


def threads() -> list[Thread]:
    return [
        Thread(key=path.stem, **_read(path)) for path in sorted((DATA / "threads").glob("*.toml"))
    ]


def topics() -> dict[str, Any]:
    """The knowledge base page and its topics, in order."""
    return _read(DATA / "articles" / "_topics.toml")


def articles() -> dict[str, dict[str, Any]]:
    return {
        path.stem: _read(path)
        for path in sorted((DATA / "articles").glob("*.toml"))
        if not path.stem.startswith("_")
    }


def questions() -> dict[str, Any]:
    """What visitors would type, written before the articles."""
    return _read(DATA / "questions.toml")


def file_path(name: str) -> Path:
    return DATA / "files" / name


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
