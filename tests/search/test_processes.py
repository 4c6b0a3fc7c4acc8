"""Several processes, and processes that are killed. Each runs the site of ``standalone``."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

REPORT = """
import json
from tests.search import standalone
standalone.set_up({folder!r})
from modelsearch.backends import get_search_backend
from modelsearch.test.testapp.models import Book
from wagtail_helpdesk.search.whoosh import upkeep
directory = next(d for d in upkeep.directories(get_search_backend("default")) if d.root is Book)
{first}
state = upkeep.look(directory)
print(json.dumps({{
    "trouble": state.trouble, "waiting": state.waiting, "documents": state.documents,
    "books": Book.objects.count(), "segments": state.segments,
    "titles": sorted(standalone.titles({query!r})),
    "in_database": sorted(Book.objects.filter(title__icontains={query!r}).values_list("title", flat=True)),
}}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Made once: a migrated database takes longest."""
    folder = tmp_path_factory.mktemp("standalone")
    run(folder, "make")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "site")
    return tmp_path / "site"


def start(folder, *arguments, **options):
    command = [sys.executable, "-W", "error", "-m", "tests.search.standalone", folder, *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.Popen(  # noqa: S603
        list(map(str, command)), cwd=ROOT, env=environment, text=True, **options
    )


def run(folder, *arguments):
    process = start(folder, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""
    return out


def report(folder, query, first=""):
    code = REPORT.format(folder=str(folder), query=query, first=first)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_killed_in_a_loop_of_updates_it_stays_readable(folder):
    """Killed after 1, 4, 9 … saves, wherever the next one is just then; then all is mended."""
    for round_ in range(1, 5):
        process = start(folder, "update_for_ever", f"v{round_}", stdout=subprocess.PIPE)
        for _ in range(round_ * round_):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    seen = report(folder, "anchor")
    assert (seen["trouble"], seen["titles"]) == ("", ["Anchor"])
    mended = report(
        folder, "victim", "upkeep.write_leftovers(directory); upkeep.compare(directory)"
    )
    assert mended["titles"] == mended["in_database"]
    assert (mended["waiting"], mended["documents"], mended["books"]) == (0, 5, 5)


def test_concurrent_writers_lose_nothing(folder):
    writers = [
        start(folder, "add_books", name, 8, stderr=subprocess.PIPE) for name in ("a", "b", "c")
    ]
    for writer in writers:
        _, err = writer.communicate(timeout=120)
        assert (writer.returncode, err) == (0, "")
    seen = report(folder, "writer")
    assert (len(seen["titles"]), seen["titles"]) == (24, seen["in_database"])
    assert seen["waiting"] == 0


def test_a_rebuild_goes_on_under_searches_and_saves(folder):
    run(folder, "add_many", 300)
    searcher = start(folder, "search_for", 4, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    writer = start(folder, "add_books", "w", 15, stderr=subprocess.PIPE)
    for _ in range(2):
        run(folder, "rebuild")
    for process in (writer, searcher):
        out, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    assert int(out) > 20
    seen = report(folder, "writer")
    assert (len(seen["titles"]), seen["titles"]) == (15, seen["in_database"])
    assert seen["documents"] == seen["books"] == 316
    generations = [path.name for path in (folder / "index" / "searchtests_book").glob("index-*")]
    assert len(generations) == 1


def test_a_child_opens_the_index_anew(folder):
    run(folder, "search_across_a_fork")
