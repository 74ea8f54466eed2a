"""What visitors type is never an SQL error, finds what it says, and comes back as safe HTML."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace

import pytest
from conftest import DEMO, Built, conversation
from daemon_pages import search_found, search_page
from daemon_pages.ask import Ask
from daemon_pages.search_found import COUNTS, LAST, RANKED, SHOWN, STRETCHES, Within, look, shown
from daemon_pages.search_glimpse import found_in, readable
from daemon_pages.search_index import LAST_PAGE, MOST_CHARACTERS, MOST_TERMS, PAGE_SIZE, terms_of
from daemon_pages.search_words import sought
from hypothesis import example, given
from hypothesis import strategies as st

from build_db.schema.searched import SEARCHED, TOKENS

ACCEPTED = sqlite3.connect(":memory:")
ACCEPTED.execute(f'CREATE VIRTUAL TABLE search USING fts5(title, text, tokenize="{TOKENS}")')
ACCEPTED.execute(
    "INSERT INTO search VALUES ('Kettle', 'The kettle hums. NEAR the café, naïve AND tired, snow fell OR melted.')"
)


def match_expression(typed: str) -> str | None:
    return " ".join(term.expression for term in terms_of(typed)) or None


def hits(typed: str) -> int:
    return len(ACCEPTED.execute("SELECT 1 FROM search WHERE search MATCH ?", [match_expression(typed)]).fetchall())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    built = Built(DEMO, tmp_path_factory.mktemp("search") / "demo.db", private=False)
    built.conn.row_factory = sqlite3.Row
    yield built
    built.conn.close()


def ask_of(built: Built) -> Ask:
    return Ask(built.conn, {}, {}, str, "demo")


def found(built: Built, typed: str, daemon: str = "", kind: str = "", page: int = 1) -> list[dict]:
    ids = look(ask_of(built), terms_of(typed), Within(daemon, kind), page).ids
    return [dict(row) for row in shown(ask_of(built), ids, 50_000)]


def counts(built: Built, typed: str, **within) -> dict[str, int]:
    return dict(look(ask_of(built), terms_of(typed), Within(**within)).kinds)


@pytest.fixture(params=["few", "many"])
def words_are(request, monkeypatch):
    """Every word stands in few texts, and so tells; or in too many."""
    if request.param == "many":
        monkeypatch.setattr(search_found, "FEW", -1)


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("typed", "expression"),
        [
            ("kettle", '"kettle" *'),
            ("slow  train", '"slow" "train" *'),
            ('"slow train"', '"slow train"'),
            ('snow "slow train" kett', '"snow" "slow train" "kett" *'),
            ("“slow train”", '"slow train"'),
            ('say "slow train', '"say" "slow" "train" *'),
            ('"', None),
            ('""', None),
            ("", None),
            ("  \t\n", None),
            ("™ !!! --", None),
            ("tea ═", '"tea" *'),
            ("tea 🙂", '"tea" "🙂" *'),
            ("東京タワー 写真", '"東 京 タ ワ ー" "写 真" *'),
            ("「東京」", '"「 東 京 」" *'),
            ("ＡＢ\u200bＣ", '"ABC" *'),
            ("kett* hums", '"kett*" * "hums" *'),
            ("*", None),
            ("NOT AND OR NEAR", '"NOT" "AND" "OR" "NEAR" *'),
            ("NEAR(a b, 3)", '"NEAR(a" "b," "3)"'),
            ("title:kettle", '"title:kettle" *'),
            ("{title text}: x^2 - y + z", '"{title" "text}:" "x^2" "y" "z"'),
            ("it's (not) so;", '"it\'s" "(not)" "so;" *'),
            ("a", '"a"'),
            ("日", '"日" *'),
            ("kettle\0hums", '"kettle" "hums" *'),
        ],
    )
    def test_becomes_words_and_phrases(self, typed, expression):
        assert match_expression(typed) == expression

    @given(st.text())
    @example('"' * 7)
    @example('a" OR "b')
    @example("\ud800 \0 \x02")
    @example("^ AND * NOT : { } ( )")
    @example("\u0345 \u1abe")
    def test_is_nothing_or_an_expression_that_sqlite_accepts(self, typed):
        expression = match_expression(typed)
        if expression is not None:
            ACCEPTED.execute("SELECT * FROM search WHERE search MATCH ?", [expression]).fetchall()

    def test_is_looked_for_whole_unless_it_is_the_last_word(self):
        assert hits("kett")
        assert hits("kett* hums")
        assert not hits("kett hums")
        assert not hits('"kett"')

    def test_finds_phrases_only_in_order(self):
        assert hits('"kettle hums"')
        assert not hits('"hums kettle"')
        assert hits("hums kettle")

    def test_takes_operators_for_words(self):
        assert hits("NEAR AND OR")
        assert not hits("kettle OR submarine")
        assert not hits("title:hums")

    def test_is_found_without_accents_and_in_any_case(self):
        assert hits("CAFE naive")

    def test_may_be_a_book(self):
        expression = match_expression("kettle " * 10_000)
        assert len(expression) < 2 * MOST_CHARACTERS
        assert expression.count("kettle") == MOST_TERMS


class TestAPage:
    def test_finds_across_kinds_and_tells_where(self, demo):
        rows = found(demo, "greenhouse")
        assert len({row["kind"] for row in rows}) >= 3
        for row in rows:
            assert demo.rows(f"SELECT 1 FROM {row['record_table']} WHERE id = ?", row["record_id"])
            assert found_in(readable(row["title"]) + " " + readable(row["text"]), terms_of("greenhouse"))

    def test_a_message_knows_its_conversation(self, demo):
        row = found(demo, "greenhouse", kind="message")[0]
        said = "SELECT conversation_id, title FROM messages JOIN conversations ON conversations.id = conversation_id"
        ((conversation_id, title),) = map(tuple, demo.rows(f"{said} WHERE messages.id = ?", row["record_id"]))
        assert (row["conversation_id"], row["title"]) == (conversation_id, title)

    @pytest.mark.parametrize("daemon", ["cass", "aria"])
    def test_can_be_one_daemons(self, demo, daemon):
        assert {row["daemon"] for row in found(demo, "the", daemon=daemon)} == {daemon}

    @pytest.mark.parametrize("kind", sorted({searched.kind for searched in SEARCHED}))
    def test_can_be_of_one_kind(self, demo, kind):
        number = counts(demo, "the").get(kind, 0)
        rows = found(demo, "the", kind=kind)
        assert len(rows) == min(number, PAGE_SIZE)
        assert {row["kind"] for row in rows} <= {kind}

    def test_most_kinds_are_in_the_demo(self, demo):
        assert len(counts(demo, "the")) >= 15

    def test_of_an_unknown_kind_or_daemon_is_empty(self, demo):
        assert found(demo, "the", kind="receipt") == []
        assert found(demo, "the", daemon="nobody' --") == []

    def test_follows_page_after_page_until_all_is_shown(self, demo):
        seen = []
        for page in range(1, LAST_PAGE + 1):
            rows = found(demo, "greenhouse", page=page)
            seen += [(row["record_table"], row["record_id"]) for row in rows]
            if len(rows) < PAGE_SIZE:
                break
        assert len(seen) == len(set(seen)) == sum(counts(demo, "greenhouse").values())

    @pytest.mark.parametrize(("page", "nearest"), [(0, 1), (-3, 1), (10**12, LAST_PAGE)])
    def test_out_of_bounds_is_the_nearest(self, demo, page, nearest):
        assert found(demo, "the", page=page) == found(demo, "the", page=nearest)

    def test_counts_do_not_follow_the_chosen_kind_but_the_daemon(self, demo):
        assert counts(demo, "the", kind="dream") == counts(demo, "the")
        one, other = (sum(counts(demo, "the", daemon=daemon).values()) for daemon in ("cass", "aria"))
        assert one > 0 < other
        assert one + other == sum(counts(demo, "the").values())

    def test_of_nothing_is_empty(self, demo):
        assert look(ask_of(demo), terms_of(" !? "), Within()) == search_found.Found()

    def test_puts_a_word_in_a_title_before_the_same_in_a_text(self, built, tree):
        spoken = conversation("c" * 36, title="Nothing special", working_summary="The kettle, then the weather.")
        titled = conversation("d" * 36, title="The kettle", working_summary="About that and then the weather.")
        data = tree({f"conversations/{one['id']}.json": one for one in (spoken, titled)})
        output = built(data)
        output.conn.row_factory = sqlite3.Row
        assert [row["record_id"][0] for row in found(output, "kettle")] == ["d", "c"]

    @pytest.mark.parametrize("sql", [STRETCHES, LAST, COUNTS, RANKED, SHOWN])
    def test_reads_large_tables_by_their_keys(self, demo, sql):
        values = {"match": "the", "telling": "the", "daemon": "", "kind": "", "limit": 20, "offset": 0}
        values |= {"first": 1, "last": 100, "most": 10, "ids": "[1]", "read": 100}
        plan = [row[3] for row in demo.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
        scanned = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
        assert {step.split()[1] for step in scanned} <= {"daemons", "place", "chosen"}
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan or sql is SHOWN  # those of one page


class TestOfWordsThatStandEverywhere:
    """Where no word tells which text is meant, of each kind the last ones are looked up, the latest first."""

    @pytest.fixture(autouse=True)
    def everywhere(self, monkeypatch):
        monkeypatch.setattr(search_found, "FEW", -1)

    @pytest.mark.parametrize("typed", ["the", "the kettle", '"slow train"', "gre", "the sn"])
    @pytest.mark.parametrize("daemon", ["", "cass"])
    def test_the_same_is_counted(self, demo, monkeypatch, typed, daemon):
        last = counts(demo, typed, daemon=daemon)
        monkeypatch.setattr(search_found, "FEW", 10**6)
        assert last == counts(demo, typed, daemon=daemon)

    def test_the_latest_come_first(self, demo):
        days = [row["date"] for page in (1, 2, 3) for row in found(demo, "the", page=page)]
        assert len(days) == 3 * PAGE_SIZE
        assert days == sorted(days, reverse=True)

    def test_no_more_than_a_number_of_each_kind_is_counted(self, demo, monkeypatch):
        every = counts(demo, "the")
        monkeypatch.setattr(search_found, "MOST_COUNTED", 7)
        result = look(ask_of(demo), terms_of("the"), Within())
        assert dict(result.kinds) == {kind: min(7, number) for kind, number in every.items()}
        assert result.open_ended == {kind for kind, number in every.items() if number > 7}
        assert result.is_open_ended("message") is result.is_open_ended("") is True

    def test_the_page_says_that_there_is_more(self, demo, monkeypatch):
        def told(**query: str) -> str:
            return search_page.found(replace(ask_of(demo), query=query))["told"]

        assert re.fullmatch(r"[\d,]+ found\.", told(q="the"))
        monkeypatch.setattr(search_found, "MOST_COUNTED", 7)
        assert re.fullmatch(r"More than [\d,]+ found; the latest of them come first\.", told(q="the"))
        assert told(q="the", kind="message") == "More than 7 found; the latest of them come first."
        assert told(q="zeppelin") == "0 found."
        monkeypatch.setattr(search_found, "FEW", 10**6)
        monkeypatch.setattr("daemon_pages.search_words.MOST_BEGINNING_SO", 2)
        assert re.fullmatch(r"More than [\d,]+ found\.", told(q="st"))

    def test_no_more_than_a_number_of_texts_is_looked_through(self, demo, monkeypatch):
        monkeypatch.setattr(search_found, "MOST_LOOKED_THROUGH", 50)
        result = look(ask_of(demo), terms_of("the"), Within(kind="message"))
        (last,) = demo.rows("SELECT max(id) FROM search_documents WHERE kind = 'message'")[0]
        assert result.ids
        assert min(result.ids) > last - 50
        assert "message" in result.open_ended


class TestTheWordsOfTheIndex:
    def test_are_counted_by_the_builder(self, demo):
        demo.conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.every USING fts5vocab(main, search, row)")
        counted = demo.rows("SELECT word, documents FROM search_words ORDER BY word")
        assert [tuple(row) for row in counted] == sorted(map(tuple, demo.rows("SELECT term, doc FROM temp.every")))

    @pytest.mark.parametrize("typed", ["the", "Café", '"slow train"', "slow trai", "東京", "kett* hums", "th", "🙂"])
    def test_bound_how_many_texts_have_a_term(self, demo, typed):
        for term, one in zip(terms_of(typed), sought(ask_of(demo), terms_of(typed)), strict=True):
            (found,) = demo.rows("SELECT count(*) FROM search WHERE search MATCH ?", one.expression)[0]
            (as_typed,) = demo.rows("SELECT count(*) FROM search WHERE search MATCH ?", term.expression)[0]
            assert found == as_typed <= max(one.documents, 0 if not found else one.documents)

    @given(st.text())
    @example('"the slow" tr')
    @example("th* AND kett* (OR)")
    def test_may_be_anything(self, demo, typed):
        look(ask_of(demo), terms_of(typed), Within())

    def test_that_begin_alike_are_so_many_at_most(self, demo, monkeypatch):
        monkeypatch.setattr("daemon_pages.search_words.MOST_BEGINNING_SO", 2)
        ((whole,), (cut,)) = (sought(ask_of(demo), terms_of(typed)) for typed in ("greenhous", "s"[:1] + "t"))
        assert whole.whole
        assert not cut.whole
        assert cut.expression.count('"') == 4
