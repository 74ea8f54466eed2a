"""The pages a family reads: every kind shows what is in the file, and every record has a page."""

from __future__ import annotations

import re
import sqlite3
from html import unescape
from pathlib import Path

import pytest
from daemon_look.kinds import BY_TABLE, KINDS
from daemon_pages import plugin
from daemon_pages.served import SCHEMA_VERSION
from daemon_pages.talks import MESSAGES_PER_PAGE
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import tilde_encode
from support.site import METADATA, Site
from support.trees import build_fixture

# What only the present vessel keeps. Cass of the demo is in the older form.
PRESENT = {
    *("conversation_threads", "open_questions", "unified_goals", "capability_gaps", "work_items", "schedule_slots"),
    *("work_summaries", "daemon_identity_snippets", "genesis_dreams", "outreach_drafts", "development_requests"),
    "roadmap_epics",
}
LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def site(demo: Path) -> Site:
    return Site(demo)


@pytest.fixture(scope="module")
def conn(demo: Path):
    conn = sqlite3.connect(demo)
    yield conn
    conn.close()


def paths(html: str) -> list[str]:
    return [unescape(link).partition("#")[0] for link in LINK.findall(html) if link.startswith("/")]


def test_the_pages_are_written_for_the_schema_that_is_built(conn):
    assert conn.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_every_kind_names_columns_that_exist(conn):
    for kind in KINDS.values():
        columns = [column for part in (kind.text, kind.folded, kind.facts) for column in part]
        named = [*columns, kind.title, kind.date, kind.glimpse, *([kind.dialogue] if kind.dialogue else [])]
        conn.execute(f"SELECT {', '.join(named)} FROM {kind.table}")


def test_home_has_a_card_for_every_daemon_in_its_own_words(site):
    html = site.ok("/")
    assert "I am Cass, and I keep a record so that I can be corrected." in html
    assert "I hear what a sentence is doing before I know what it says." in html
    assert {"/daemons/cass", "/daemons/aria"} <= set(paths(html))


@pytest.mark.parametrize("name", ["cass", "aria"])
def test_a_daemon_s_page_leads_to_everything_that_is_there(site, conn, name):
    html = site.ok(f"/daemons/{name}")
    for kind in KINDS.values():
        sql = f"SELECT count(*) FROM {kind.table} WHERE {kind.of} = (SELECT id FROM daemons WHERE name = ?)"
        (count,) = conn.execute(sql, [name]).fetchone()
        assert (f"/daemons/{name}/{kind.slug}" in paths(html)) == bool(count)
    assert "<svg" in html
    assert html.count("<table>") == html.count('role="img"')


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.slug)
@pytest.mark.parametrize("name", ["cass", "aria"])
def test_a_list_leads_to_a_page_of_each_record_and_that_to_the_data_and_back(site, name, kind):
    page = site.ok(f"/daemons/{name}/{kind.slug}")
    found = [path for path in paths(page) if f"/{kind.slug}/" in path]
    if name == "cass" and kind.table in PRESENT:
        assert not found
        assert "Nothing here yet." in page
        return
    assert found, "the demo has some of every kind"
    html = site.ok(found[0])
    (core,) = [path for path in paths(html) if path.startswith(f"/cass/{kind.table}/")]
    assert found[0] in paths(site.ok(core))


def test_every_record_of_the_kinds_has_its_page(site, conn):
    for table, kind in BY_TABLE.items():
        for id, daemon in conn.execute(f"SELECT id, {kind.of} FROM {table}"):
            (name,) = conn.execute("SELECT name FROM daemons WHERE id = ?", [daemon]).fetchone()
            site.ok(f"/daemons/{name}/{kind.slug}/{tilde_encode(str(id))}")


def test_a_conversation_is_read_like_a_chat(site, conn):
    (id, person) = conn.execute(
        "SELECT conversations.id, display_name FROM conversations JOIN users ON users.id = user_id"
        " WHERE title = 'Why stars twinkle'"
    ).fetchone()
    html = site.ok(f"/daemons/cass/conversations/{id}")
    assert re.search(rf'<p class="who"><span class="face" aria-hidden="true">{person[0]}</span> {person} ', html)
    assert "22 hours later" in html
    assert "<h2>11 June 2025</h2>" in html
    anchors = [int(anchor) for anchor in re.findall(r'id="m(\d+)"', html)]
    assert anchors == sorted(anchors)
    (count,) = conn.execute("SELECT count(*) FROM messages WHERE conversation_id = ?", [id]).fetchone()
    assert len(anchors) == count


def test_an_excluded_message_is_folded_away_without_its_words(site, conn):
    (id,) = conn.execute("SELECT id FROM messages WHERE excluded = 1 LIMIT 1").fetchone()
    (name,) = conn.execute(
        "SELECT name FROM daemons JOIN conversations ON daemon_id = daemons.id JOIN messages ON conversation_id ="
        " conversations.id WHERE messages.id = ?", [id]
    ).fetchone()  # fmt: skip
    html = site.ok(site.get(f"/daemons/{name}/messages/{id}").headers["location"])
    message = html[html.index(f'id="m{id}"') :]
    assert "Left out of the conversation" in message[: message.index("</article>")]
    assert "These words were withheld." in message[: message.index("</article>")]


def test_a_message_s_address_leads_to_its_page_of_a_very_long_conversation(demo, tmp_path):
    path = tmp_path / "cass.db"
    with sqlite3.connect(demo) as one, sqlite3.connect(path) as other:
        one.backup(other)
        (talk,) = other.execute("SELECT id FROM conversations WHERE title = 'Why stars twinkle'").fetchone()
        other.executemany(
            "INSERT INTO messages (conversation_id, role, content, timestamp)"
            " VALUES (?, 'user', ?, '2025-12-01T10:00:00')",
            [(talk, f"number {n}") for n in range(2 * MESSAGES_PER_PAGE)],
        )
        (last,) = other.execute("SELECT max(id) FROM messages").fetchone()
    site = Site(path)
    location = site.get(f"/daemons/cass/messages/{last}").headers["location"]
    assert location == f"/daemons/cass/conversations/{talk}?page=3#m{last}"
    html = site.ok(location)
    assert f'id="m{last}"' in html
    assert html.count('<article class="said') <= MESSAGES_PER_PAGE
    assert "Page 3 of 3" in html


def test_a_record_leads_to_the_conversation_it_came_from(site, conn):
    (mark, talk, name) = conn.execute(
        "SELECT marks.id, conversation_id, name FROM marks JOIN daemons ON daemons.id = daemon_id"
        " WHERE conversation_id IS NOT NULL LIMIT 1"
    ).fetchone()
    assert f"/daemons/{name}/conversations/{talk}" in paths(site.ok(f"/daemons/{name}/marks/{tilde_encode(mark)}"))


def test_a_thread_leads_to_its_conversations_and_the_person(site, conn):
    (thread, person, name) = conn.execute(
        "SELECT conversation_threads.id, users.id, display_name FROM conversation_threads JOIN users ON users.id ="
        " user_id WHERE title = 'The letters in the biscuit tin'"
    ).fetchone()
    html = site.ok(f"/daemons/aria/threads/{thread}")
    assert {f"/daemons/aria/conversations/{talk}" for (talk,) in conn.execute(
        "SELECT conversation_id FROM thread_conversation_links WHERE thread_id = ?", [thread]
    )} <= set(paths(html))  # fmt: skip
    assert "a recipe that is a letter" in html
    assert f"/daemons/aria/people/{person}" in paths(html)
    assert name in html
    assert "Conversations</h2>" not in site.ok("/daemons/cass/edges/1")


def test_a_genesis_is_read_as_a_talk_between_the_two_who_had_it(site, conn):
    (id, name) = conn.execute(
        "SELECT genesis_dreams.id, display_name FROM genesis_dreams JOIN users ON users.id = user_id"
    ).fetchone()
    html = site.ok(f"/daemons/aria/genesis/{id}")
    assert html.count(f'<p class="who">{name}</p>') == html.count('<p class="who">Aria</p>') == 3
    assert "Keep it. Not everything that is empty wants filling." in html


@pytest.mark.parametrize("told", ["[1, null, {}]", '[{"role": ["x"], "content": {"a": 1}}]', '"[withheld]"', None])
def test_a_genesis_of_another_shape_is_shown_as_it_is(demo, tmp_path, told):
    path = tmp_path / "cass.db"
    with sqlite3.connect(demo) as one, sqlite3.connect(path) as other:
        one.backup(other)
        other.execute("UPDATE genesis_dreams SET messages_json = ?, user_id = NULL", [told])
        (id,) = other.execute("SELECT id FROM genesis_dreams").fetchone()
    html = Site(path).ok(f"/daemons/aria/genesis/{id}")
    assert ("These words were withheld." in html) == (told == '"[withheld]"')


def test_a_daemon_s_page_draws_tokens_and_cost_and_each_theme_once(site):
    html = site.ok("/daemons/cass")
    assert "Tokens by month and model" in html
    assert "US dollars from 2025-02" in html
    assert len(re.findall("(?i)<td>records as a form of care</td>", html)) == 1


def test_wiki_links_lead_on_and_back_and_red_ones_say_so(site, conn):
    html = site.ok("/daemons/cass/wiki/concept~2FAverted_Vision")
    cold_frame = "/daemons/cass/wiki/concept~2FCold_Frame"
    assert cold_frame in paths(html)
    assert "Linked from" in site.ok(cold_frame)
    assert "[[" not in html
    (page, target) = conn.execute(
        "SELECT page_id, target FROM wiki_links WHERE target_page_id IS NULL AND daemon_id ="
        " (SELECT id FROM daemons WHERE name = 'cass')"
    ).fetchone()
    assert f'<span class="red-link">{target}' in unescape(site.ok(f"/daemons/cass/wiki/{tilde_encode(page)}"))
    assert target in unescape(site.ok("/daemons/cass/wiki"))


def test_the_self_model_shows_how_an_opinion_changed(site):
    html = site.ok("/daemons/cass/self")
    assert "Mostly avoidable" in html
    assert "Avoidable, except when the shape is known" in html
    assert "Write the doubt first" in site.ok("/daemons/cass/edges/1")


def test_people_have_pseudonyms_and_their_conversations(site, conn):
    (id, name) = conn.execute(
        "SELECT id, display_name FROM users WHERE id IN (SELECT user_id FROM conversations) ORDER BY id LIMIT 1"
    ).fetchone()
    (daemon,) = conn.execute(
        "SELECT name FROM daemons WHERE id = (SELECT daemon_id FROM conversations WHERE user_id = ? LIMIT 1)", [id]
    ).fetchone()
    assert name in site.ok(f"/daemons/{daemon}/people")
    html = site.ok(f"/daemons/{daemon}/people/{id}")
    assert name in html
    assert any(path.startswith(f"/daemons/{daemon}/conversations/") for path in paths(html))


def test_a_record_is_found_by_its_table_and_id(site):
    for table, id, page in (
        ("journals", "2025-06-15", "/daemons/cass/journals/2025-06-15"),
        ("wiki_pages", "aria~3Aconcept~2FChoir", "/daemons/aria/wiki/aria~3Aconcept~2FChoir"),
        ("users", "x", "/cass/users/x"),
    ):
        assert site.get(f"/record/{table}/{id}").headers["location"] == page
    assert site.get("/record/build_info/tool").status_code == 404
    assert site.get("/record/sqlite_master/x").status_code == 404


def test_every_question_is_listed_and_has_a_page(site):
    html = site.ok("/questions")
    for name, query in METADATA["databases"]["cass"]["queries"].items():
        assert query["title"] in unescape(html)
        assert f"/questions/{name}" in paths(html)


def test_a_question_that_takes_too_long_says_so(demo, monkeypatch):
    async def too_long(self, db_name, sql, *_, **__):
        raise QueryInterrupted(None, sql, None)

    site = Site(demo)
    monkeypatch.setattr(Datasette, "execute", too_long)
    answer = site.get("/questions/latest_messages")
    assert answer.status_code == 404
    assert "took too long" in answer.text
    assert "SELECT" not in answer.text


@pytest.mark.parametrize("query", METADATA["databases"]["cass"]["queries"])
def test_the_answer_to_every_question_leads_to_pages(site, query):
    html = site.ok(f"/questions/{query}")
    assert f"/cass/{query}" in paths(html)
    links = re.findall(r'<a href="([^"]+)">Open<', html)
    assert links
    for path in {unescape(links[0]), unescape(links[-1])}:
        assert site.get(path, follow_redirects=True).status_code == 200


def test_a_link_to_elsewhere_stays_a_word(site):
    ask = plugin.render_cell
    for value, column, table in (("dreams/x", "name", None), ("//evil.example", "page", None), (7, "page", None)):
        assert ask(site.datasette, value, column, table, "cass") is None


def test_in_a_folder_of_a_larger_site_every_link_stays_in_it(demo, conn):
    site = Site(demo, settings={"base_url": "/x/"})
    (message,) = conn.execute("SELECT min(id) FROM messages").fetchone()
    talk = site.get(f"/x/daemons/cass/messages/{message}").headers["location"]
    some = ("/x/", "/x/daemons/cass", "/x/daemons/cass/wiki", "/x/search?q=the", "/x/questions", "/x/downloads")
    for path in (*some, "/x/cass/latest_conversations", talk):
        assert all(link.startswith("/x/") for link in paths(site.ok(path))), path


def test_the_timeline_goes_month_by_month(site):
    html = site.ok("/daemons/cass/timeline")
    assert html.index("<h2>June 2025</h2>") < html.index("<h2>May 2025</h2>")


def test_a_search_leads_to_the_very_message(site):
    html = site.ok("/search?q=greenhouse")
    assert "<mark>greenhouse</mark>" in html.lower()
    for path in paths(html):
        if "/messages/" in path:
            location = site.get(path).headers["location"]
            page, _, anchor = location.partition("#")
            assert f'id="{anchor}"' in site.ok(page)


def test_a_search_can_be_narrowed_to_a_daemon_and_a_kind(site):
    html = site.ok("/search?q=the&daemon=aria&kind=journal")
    assert "Journal of Aria" in html
    assert "Journal of Cass" not in html
    assert "Message of" not in html


@pytest.mark.parametrize(
    "typed", ['"', "a AND", "NEAR(", "*", "title:", "-", "^", "(a", "é\u0301", "😀", "'", "%00", "a" * 5000]
)
def test_no_search_is_an_error(site, typed):
    assert site.get("/search", params={"q": typed, "page": "x"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/daemons/nobody", "/daemons/cass/unknown", "/daemons/cass/journals/1999-01-01", "/daemons/cass/messages/0",
     "/daemons/cass/messages/x", "/daemons/aria/journals/2025-06-15", "/daemons/cass/conversations/x",
     "/daemons/cass/people/x", "/downloads/x.zip"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(site, path):
    assert site.get(path).status_code == 404


def test_where_nothing_is_there_is_a_way_on(site):
    html = site.get("/daemons/cass/journals/1999-01-01").text
    assert "There is no such page here; it may have been withdrawn." in html
    assert "/daemons/cass" in paths(html)
    assert 'action="/search"' in html


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "999999", "1.5", "١"])
def test_an_odd_page_number_is_no_error(site, page):
    for path in ("/daemons/cass/journals", "/daemons/cass/conversations", "/daemons/cass/timeline"):
        assert site.get(path, params={"page": page}).status_code == 200


@pytest.mark.parametrize("name", ["full", "older"])
def test_a_tree_of_another_shape_is_walked_without_an_error(name, tmp_path):
    built = build_fixture(name, tmp_path, private=False)
    built.conn.close()
    site = Site(built.path.rename(tmp_path / "cass.db"))
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            response = site.get(path, follow_redirects=True)
            assert response.status_code == 200, path
            ours = r"/(?:daemons/|search|questions|downloads)"
            waiting += [link for link in paths(response.text) if re.match(ours, link)]
    assert len(seen) > len(KINDS)
