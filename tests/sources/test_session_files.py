"""What sessions leave in files is told by its place, its name and its first heading."""

from __future__ import annotations

COLUMNS = "SELECT kind, work_id, title, content, data_json, created_at FROM autonomous_works ORDER BY kind, work_id"


def test_notes_and_writings_are_works(tree, built):
    root = tree(
        {
            "session_notes/1f2e3d4c_ovens_and_kilns.md": "# Ovens\n\nTags: clay, heat\n\nSmall kilns.",
            "creative_output/poem/2026-01-12_5a6b7c8d_stone.md": "Warm is the stone.",
        }
    )
    assert built(root).rows(COLUMNS) == [
        (
            *("creative_output", "poem/2026-01-12_5a6b7c8d_stone", "stone", "Warm is the stone."),
            *('{"tags":[]}', "2026-01-12"),
        ),
        (
            *("session_note", "1f2e3d4c_ovens_and_kilns", "Ovens", "# Ovens\n\nTags: clay, heat\n\nSmall kilns."),
            *('{"tags":["clay","heat"]}', ""),
        ),
    ]


def test_of_a_homepage_the_words_are_kept(tree, built):
    html = "<head><title>Fire</title><style>p {}</style></head><p>Sit &amp; <b>rest</b>.</p><script>let x = 1</script>"
    root = tree({"homepages/cass/index.html": html, "homepages/cass/style.css": "p {}"})
    db = built(root)
    assert db.rows("SELECT kind, work_id, content FROM autonomous_works") == [
        ("homepage", "cass/index.html", "Fire\nSit &\nrest\n.")
    ]
    assert db.problems() == []


def test_a_file_name_that_names_somebody_is_as_silent_as_a_text(tree, built):
    root = tree(
        {
            "users/index.json": {"c41f7d90-2e6b-4f0a-8b7c-93d5a1e60212": "Wilma Harrow"},
            "session_notes/1f2e3d4c_wilma_harrow.md": "About Wilma Harrow.",
        }
    )
    db = built(root, private=False)
    assert "wilma" not in "\n".join(db.conn.iterdump()).lower()


def test_a_log_and_a_visit_are_sessions(tree, built):
    root = tree(
        {
            "session_logs/solo/2026-01-10/091500_ab.json": {"session_id": "ab", "started_at": "2026-01-10T09:15:00"},
            "wonderland/sessions/s1.json": {"session_id": "s1", "goal": "find the well", "started_at": "2026-01-11"},
            "wonderland/rooms.json": {"glade": {}},
        }
    )
    db = built(root)
    assert db.rows("SELECT session_type, session_id, focus FROM autonomous_sessions ORDER BY 1") == [
        ("solo", "ab", None),
        ("wonderland", "s1", "find the well"),
    ]
    assert dict(db.rows("SELECT path, outcome FROM source_files"))["wonderland/rooms.json"] == "ignored"


def test_a_file_may_have_any_name(tree, built):
    names = ["a\nb_stone", "2026-01-12_\n", "\u2028", "2026-01-12_5a6b7c8d_", "_"]
    root = tree({f"creative_output/{name}.md": "Warm is the stone." for name in names})
    assert len(built(root).rows(COLUMNS)) == len(names)
