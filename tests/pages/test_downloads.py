"""Downloads: only what is finished and listed, whole or in part, and nothing beside it."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from support.site import Site

DATA = bytes(range(256)) * 5000
NAME = "cass-v1-2025-06-26.zip"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / NAME).write_bytes(DATA)
    (folder / "secret.zip").write_bytes(b"not listed")
    entry = {
        "file": NAME, "daemon": "cass", "bytes": len(DATA), "sha256": sha256(DATA).hexdigest(),
        "data_date": "2025-06-26",
        "schema_version": 1, "formats": ["sqlite", "jsonl"],
        "removed": {"names of people changed": 1279, "conversations withdrawn": 2},
    }  # fmt: skip
    (folder / "index.json").write_text(json.dumps([entry]))
    return folder


PUBLIC = "RWQbogZBVF/KDRvajRBpnBa3mOFxfin8M6JbvBEph41yPZyb9kg6Cjig"


@pytest.mark.parametrize(
    ("key", "is_shown"), [(PUBLIC, True), (None, False), ("", False), (f"{PUBLIC}; rm -r ~", False), (["RW"], False)]
)
def test_the_page_shows_whose_key_signed_it_and_how_that_is_proved(site, listed, key, is_shown):
    (entry,) = json.loads((listed / "index.json").read_text())
    (listed / "index.json").write_text(json.dumps([entry | ({} if key is None else {"signed_by": key})]))
    page = site.ok("/downloads")
    shown = (f"minisign -Vm CHECKSUMS.sha256 -P {PUBLIC}", f"python -m build_db verify {NAME} --key {PUBLIC}")
    assert all((line in page) == is_shown for line in shown)
    assert ("It is not signed" in page) != is_shown
    assert "rm -r" not in page


@pytest.fixture
def site(demo: Path, listed: Path) -> Site:
    return Site(demo, plugins={"daemon_pages": {"exports": str(listed)}})


def test_the_page_says_what_there_is(site):
    html = site.ok("/downloads")
    for told in (
        NAME,
        "1.3 MB",
        "26 June 2025",
        "sqlite, jsonl",
        "names of people changed: 1,279",
        "conversations withdrawn: 2",
    ):
        assert told in html
    assert sha256(DATA).hexdigest() in html
    assert "secret.zip" not in html


def test_what_was_changed_in_the_demo_is_told_in_words(demo, exports):
    page = Site(demo, plugins={"daemon_pages": {"exports": str(exports)}}).ok("/downloads")
    for entry in json.loads((exports / "index.json").read_text()):
        assert {"names of people changed", "texts and values withheld"} <= entry["removed"].keys()
        for what, count in entry["removed"].items():
            assert re.fullmatch("[a-z ]+ (?:changed|taken out|withheld|withdrawn)", what)
            assert count > 0
            assert f"<li>{what}: {count:,}</li>" in page


def test_without_any_the_page_and_the_files_say_how_to_make_some(demo, tmp_path):
    site = Site(demo, plugins={"daemon_pages": {"exports": str(tmp_path)}})
    assert "python -m build_db export cass.db exports/" in site.ok("/downloads")
    missing = site.get(f"/downloads/{NAME}")
    assert missing.status_code == 404
    assert "python -m build_db export cass.db exports/" in missing.text


def test_a_listed_file_arrives_whole(site):
    response = site.get(f"/downloads/{NAME}")
    assert response.content == DATA
    assert response.headers["content-type"] == "application/zip"
    assert response.headers["content-length"] == str(len(DATA))
    assert response.headers["content-disposition"] == f'attachment; filename="{NAME}"'
    assert response.headers["x-content-type-options"] == "nosniff"


def test_an_interrupted_download_goes_on(site):
    tag = site.get(f"/downloads/{NAME}").headers["etag"]
    for asked, start, stop in (
        ("bytes=1000-1999", 1000, 2000),
        ("bytes=1279000-", 1279000, None),
        ("bytes=-5", -5, None),
    ):
        response = site.get(f"/downloads/{NAME}", headers={"Range": asked, "If-Range": tag})
        assert response.status_code == 206
        assert response.content == DATA[start:stop]
        assert response.headers["content-range"].endswith(f"/{len(DATA)}")
    changed = site.get(f"/downloads/{NAME}", headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, DATA)


LONG = "9" * 4500


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        *(("bytes=2000000-", 416), ("bytes=9-3", 416), ("bytes=-0", 416), (f"bytes={LONG}-", 416)),
        *(("lines=1-2", 200), ("bytes=-", 200), ("bytes=0-0,5-6", 200), ("bytes=\u00b2-", 200)),
        *(("Bytes=0-4", 206), (f"bytes=0-{LONG}", 206), (f"bytes=-{LONG}", 206), ("bytes=" + "0" * 5000 + "-4", 206)),
    ],
)
def test_an_odd_range_is_answered(site, asked, status):
    answer = site.get(f"/downloads/{NAME}", headers={"Range": asked.encode("latin-1")})
    assert answer.status_code == status
    assert answer.headers["accept-ranges"] == "bytes"
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


def test_what_a_browser_has_is_not_sent_again(site):
    tag = site.get(f"/downloads/{NAME}").headers["etag"]
    for known in (f'"x", W/{tag}', tag, "*", " * "):
        response = site.get(f"/downloads/{NAME}", headers={"If-None-Match": known})
        assert (response.status_code, response.content) == (304, b"")
        assert "content-length" not in response.headers
    assert site.get(f"/downloads/{NAME}", headers={"If-None-Match": f'"x", {tag[:-2]}"'}).status_code == 200


def test_a_question_about_a_file_gets_no_file(site):
    response = site.get(f"/downloads/{NAME}", "HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(DATA))


@pytest.mark.parametrize(
    "name",
    ["secret.zip", "index.json", "..%2Findex.json", "..~2Fcass.db", "%2e%2e", "....zip", f"{NAME}%00", f"x/{NAME}"],
)
def test_nothing_else_is_given(site, name):
    assert site.get(f"/downloads/{name}", follow_redirects=True).status_code == 404


def test_neither_links_nor_half_written_files_are_given(site, listed, tmp_path):
    other = tmp_path / "elsewhere.zip"
    (listed / NAME).rename(other)
    (listed / NAME).symlink_to(other)
    assert site.get(f"/downloads/{NAME}").status_code == 404
    (listed / NAME).unlink()
    (listed / NAME).write_bytes(DATA[:-1])
    assert site.get(f"/downloads/{NAME}").status_code == 404
    assert NAME not in site.ok("/downloads")
