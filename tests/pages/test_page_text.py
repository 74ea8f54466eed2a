"""Text on the pages: Markdown that is only read, times as people write them, JSON in words."""

from __future__ import annotations

import pytest
from conftest import conversation
from daemon_look.dates import month, when
from daemon_look.records import glimpse
from daemon_look.rendering import anything, markdown, percent, words
from hypothesis import given
from hypothesis import strategies as st
from support.html import Alive
from support.site import Site

PLAIN = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
PIECES = [
    "[email 3f9a]", "[picture 3 kB]", "[", "](", ")", "![", "[[", "]]", "|", "<", ">", '"', "$", "$$", "\\(", "\\)",
    "`",
    "\\[", "\\]", "\n", " ", "- [x] ", "https://x.example/", "javascript:alert(1)", "data:text/html;base64,", "a.md",
    ": ", "<script>", "onload=", "&quot;", "*", "```", "> ", "x",
]  # fmt: skip
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@given(st.text() | st.text(alphabet="<>[]()!`*#|-_:/\\ \n&\"'ajx$") | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_markdown_comes_alive(text):
    html = str(markdown(text, resolve=lambda name: None if "x" in name else "/to/it"))
    assert not [found for found in Alive(html).found if not found.startswith("characters")]


@given(JSON)
def test_no_json_comes_alive(value):
    assert not [found for found in Alive(str(anything(value))).found if not found.startswith("characters")]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* `c`", "<p>a <em>b</em> <code>c</code></p>\n"),
        ("[x](https://x.example)", '<p><a href="https://x.example" rel="nofollow noopener noreferrer">x</a></p>\n'),
        ("[x](javascript:x)", "<p>[x](javascript:x)</p>\n"),
        ("[x](/cass)", "<p>[x](/cass)</p>\n"),
        ("yes <gesture:nod> so", '<p>yes <span class="gesture">(nod)</span> so</p>\n'),
        ("<gesture:think>hm</gesture:think>", '<p><span class="gesture">(think)</span>hm</p>\n'),
        ('<record_user_observation user="Juno">x', '<p><span class="gesture">(notes about somebody)</span>x</p>\n'),
        ("`<gesture:nod>`", "<p><code>&lt;gesture:nod&gt;</code></p>\n"),
        ("[withheld]", '<p class="withheld">These words were withheld.</p>'),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        (" \n", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_markdown_says(text, html):
    assert str(markdown(text)).replace("<br />", "<br>") == html


def test_headings_come_below_the_one_above_without_gaps():
    assert markdown("### a\n# b\n### c", below=1) == "<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>\n"
    assert markdown("# Cold Frame\ntext", title="Cold Frame") == "<p>text</p>\n"


def test_wiki_links_lead_to_pages_and_red_ones_nowhere():
    resolve = {"Cold Frame": "/to/it"}.get
    assert '<a href="/to/it">the frame</a>' in markdown("[[Cold Frame#Lid|the frame]]", resolve=resolve)
    assert '<span class="red-link">Bees<' in markdown("[[Bees]]", resolve=resolve)
    assert "[[Bees]]" in markdown("[[Bees]]")


def test_pages_of_the_wiki_are_found_however_a_link_names_them(tree, built):
    names = ["Caf\u00e9", "temple codex", "concept/Temple Codex", "Temple Codex.md", "../concept/Temple_Codex.md"]
    home = (
        " ".join(f"[[{name}]]" for name in names) + " `[[Code]]` [[https://x.example]] [md](Temple_Codex.md) [[Bees]]"
    )
    pages = {"concept/Temple_Codex": "# Temple", "concept/Cafe\u0301": "# Tables", "meta/Home": f"# Home\n{home}"}
    site = Site(
        built(tree({f"wiki/{name}.md": text for name, text in pages.items()}), private=False, name="cass.db").path
    )
    html = site.ok("/daemons/cass/wiki/meta~2FHome").partition("</article>")[0]
    assert html.count('href="/daemons/cass/wiki/concept~2FTemple_Codex"') == 5
    assert html.count('href="/daemons/cass/wiki/concept~2FCafe~CC~81"') == 1
    assert html.count("red-link") == 1
    assert site.ok("/daemons/cass/wiki").count("red-link") == 1


def test_a_message_longer_than_a_value_may_be_is_shown_in_part(tree, built):
    said = [("user", "word " * 2_200_000), ("assistant", "photo " + "QUJD" * 2_700_000), ("user", "nice kettle")]
    messages = [{"role": role, "content": text, "timestamp": "2025-06-01T10:00:00"} for role, text in said]
    data = tree({"conversations/a.json": conversation(messages=messages)})
    site = Site(built(data, private=False, name="cass.db").path)
    html = site.ok(f"/daemons/cass/conversations/{conversation()['id']}")
    assert len(html) < 300_000
    assert "its first 199,999 of 11,000,000 characters are shown" in html
    assert 'photo <span class="file">a file, 8.1 MB</span>' in html
    assert "nice kettle" in html
    assert site.get("/cass/messages").status_code == 200


def test_times_are_written_as_people_write_them():
    assert when("2025-05-26T09:17:53.682997") == '<time datetime="2025-05-26T09:17:53">26 May 2025, 09:17</time>'
    assert when("2025-05-26") == '<time datetime="2025-05-26">26 May 2025</time>'
    assert when(None) == ""
    assert "2025-99-01" in when("2025-99-01")
    assert month("2025-05") == "May 2025"


def test_json_is_told_without_ids_and_with_times_and_terms_as_people_write_them():
    told = anything({"task_id": "t1", "ids": ["x"], "state": "in_progress", "since": "2025-05-26T09:17:53"})
    assert "t1" not in told
    assert "ids" not in told.lower()
    assert "<dd>In progress</dd>" in told
    assert "26 May 2025, 09:17</time></dd>" in told


def test_a_glimpse_says_when_there_is_more():
    assert glimpse("# One [[two]] *three*") == "One two three"
    assert glimpse("one two three", 8) == "one …"
    assert glimpse("one two ", 8) == "one two"
    assert glimpse(None) == ""


def test_json_is_told_in_words():
    assert anything({"first_noticed": ["a", 1.5, True, None]}) == "<dl><div><dt>First noticed</dt><dd><ul><li><p>a</p>\n</li><li>1.5</li><li>yes</li></ul></dd></div></dl>"  # fmt: skip  # noqa: E501
    assert words("research_agenda") == "Research agenda"
    assert (percent(0.82), percent(None), percent("high")) == ("82%", "", "high")
