"""A folder that is no vessel's may have been given instead of one that lies nearby."""

from __future__ import annotations

import pytest

from build_db.ingest.nearby import vessel_nearby


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("vessel/data/conversations", "vessel/data"),
        ("vessel", "vessel/data"),
        (".", "vessel/data"),
        ("vessel/docs", "vessel/data"),
        ("elsewhere/empty", None),
    ],
)
def test_the_folder_that_was_meant_is_named(tmp_path, given, meant):
    (tmp_path / "vessel/data/conversations").mkdir(parents=True)
    (tmp_path / "vessel/docs").mkdir()
    (tmp_path / "elsewhere/empty").mkdir(parents=True)
    assert vessel_nearby(tmp_path / given) == (tmp_path / meant if meant else None)


@pytest.mark.parametrize("sign", ["cass.db", "users/index.json", "cass/self_profile.yaml"])
def test_a_vessel_is_told_by_any_of_its_signs(tmp_path, sign):
    place = tmp_path / "data" / sign
    place.parent.mkdir(parents=True)
    place.touch()
    (tmp_path / "given").mkdir()
    assert vessel_nearby(tmp_path / "given") == tmp_path / "data"
