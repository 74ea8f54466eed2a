"""What visitors type is never an SQL error, finds what it says, and comes back as safe HTML."""

from __future__ import annotations

import sqlite3

import pytest
from conftest import DEMO, Built, conversation
from daemon_pages.search_glimpse import found_in, readable
from daemon_pages.search_index import (
    ANY,
    COUNTS,
    LAST_PAGE,
    MOST_CHARACTERS,
    MOST_TERMS,
    PAGE_SIZE,
    RESULTS,
    expression,
    parameters,
    terms_of,
)
from hypothesis import example, given
from hypothesis import strategies as st

from build_db.schema.searched import SEARCHED, TOKENS

ACCEPTED = sqlite3.connect(":memory:")
ACCEPTED.execute(f'CREATE VIRTUAL TABLE search USING fts5(title, text, tokenize="{TOKENS}")')
ACCEPTED.execute(
    "INSERT INTO search VALUES ('Kettle', 'The kettle hums. NEAR the café, naïve AND tired, snow fell OR melted.')"
)


def match_expression(typed: str) -> str | None:
    return expression(terms_of(typed))


def hits(typed: str) -> int:
    return len(ACCEPTED.execute("SELECT 1 FROM search WHERE search MATCH ?", [match_expression(typed)]).fetchall())


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    built = Built(DEMO, tmp_path_factory.mktemp("search") / "demo.db", private=False)
    built.conn.row_factory = sqlite3.Row
    yield built
    built.conn.close()


def found(built: Built, typed: str, **options) -> list[dict]:
    return [dict(row) for row in built.conn.execute(RESULTS, parameters(typed, **options))]


def counts(built: Built, typed: str, **options) -> dict[str, int]:
    return dict(built.conn.execute(COUNTS, parameters(typed, **options)))


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

    @pytest.mark.parametrize("daemon", ["", "cass"])
    def test_of_too_much_is_ranked_among_the_last_documents(self, demo, daemon):
        asked = parameters("the", daemon=daemon)

        def found(most: int) -> list[tuple[str, str]]:
            rows = demo.conn.execute(RESULTS, {**asked, "limit": 1000, "most": most})
            return [(row["record_table"], row["record_id"]) for row in rows]

        last, every = found(30), found(1000)
        assert len(last) == 30 < len(every)
        assert last == [record for record in every if record in last]

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

    @pytest.mark.parametrize(("page", "offset"), [(0, 0), (-3, 0), (2, 20), (10**12, (LAST_PAGE - 1) * PAGE_SIZE)])
    def test_out_of_bounds_is_the_nearest(self, page, offset):
        assert parameters("tea", page=page)["offset"] == offset

    def test_counts_do_not_follow_the_chosen_kind_but_the_daemon(self, demo):
        assert counts(demo, "the", kind="dream") == counts(demo, "the")
        one, other = (sum(counts(demo, "the", daemon=daemon).values()) for daemon in ("cass", "aria"))
        assert one > 0 < other
        assert one + other == sum(counts(demo, "the").values())

    def test_of_nothing_has_no_parameters(self):
        assert parameters(" !? ") is None

    def test_puts_a_word_in_a_title_before_the_same_in_a_text(self, built, tree):
        spoken = conversation("c" * 36, title="Nothing special", working_summary="The kettle, then the weather.")
        titled = conversation("d" * 36, title="The kettle", working_summary="About that and then the weather.")
        data = tree({f"conversations/{one['id']}.json": one for one in (spoken, titled)})
        output = built(data)
        output.conn.row_factory = sqlite3.Row
        assert [row["record_id"][0] for row in found(output, "kettle")] == ["d", "c"]

    @pytest.mark.parametrize("sql", [RESULTS, COUNTS, ANY])
    def test_reads_large_tables_by_their_keys(self, demo, sql):
        plan = [row[3] for row in demo.conn.execute(f"EXPLAIN QUERY PLAN {sql}", parameters("the"))]
        scanned = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
        assert {step.split()[1] for step in scanned} <= {"daemons", "span", "newest"}
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan or sql is COUNTS
