"""What the documents promise about settings, checks and commands is what the code has."""

import re
from pathlib import Path

import pytest

from wagtail_helpdesk.conf import DEFAULTS
from wagtail_helpdesk.models import Status, Verb
from wagtail_helpdesk.setup import defaults

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def rows():
    """name -> the default as the document gives it"""
    text = (DOCS / "settings.md").read_text()
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \| ", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_is_documented_with_its_default(name, rows):
    default = DEFAULTS[name]
    if name == "THROTTLES":
        assert set(default) <= set(rows)
        return
    if name == "FILE_TYPES":
        assert rows[name].strip("`").split() == default
        return
    said = rows[name].strip("`")
    assert said == (f'"{default}"' if isinstance(default, str) else str(default))


def test_no_setting_is_documented_that_is_not_there(rows):
    assert set(rows) == set(DEFAULTS) - {"THROTTLES"} | set(DEFAULTS["THROTTLES"])


def test_links_between_documents_lead_somewhere():
    for path in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_check_s_number_is_in_the_installing_guide():
    sources = (DOCS.parent / "wagtail_helpdesk" / "checks").glob("*.py")
    numbers = {
        number for path in sources for number in re.findall(r"[.\"]([EW]0\d\d)\"", path.read_text())
    }
    text = (DOCS / "installing.md").read_text()
    covered = set(re.findall(r"\b[EW]0\d\d\b", text))
    for letter, first, last in re.findall(r"\b([EW])0(\d\d)–[EW]0(\d\d)\b", text):
        covered |= {f"{letter}0{number:02}" for number in range(int(first), int(last) + 1)}
    assert numbers
    assert numbers <= covered


def test_the_glossary_says_what_is_shipped():
    text = (DOCS / "glossary.md").read_text()
    for type_ in defaults.TYPES:
        name, answer_time = type_.names["id"]
        assert f"| {type_.name} | {name} |" in text
        assert f"| {type_.answer_time} | {answer_time} |" in text
    for name in [*(level.name for level in defaults.LEVELS), *defaults.REASONS.values()]:
        assert f"| {name} |" in text
    for verb in Verb.values:
        assert f"| `{verb}` |" in text
    for status in Status.values:
        assert f"| `{status}` |" in text
