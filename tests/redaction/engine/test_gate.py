"""The gate: it never says that a rule need not be tried where the rule would find something."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from build_db.redaction.contacts import cued
from build_db.redaction.contacts.contact_finder import ContactFinder, Shape, shapes
from build_db.redaction.engine import gate, loosening, scan
from build_db.redaction.engine.gate import EVERYTHING, HIGHEST_COUNTS, NOTHING_SEEN, Gate
from build_db.redaction.engine.loosening import FAR, longest, loosened, plainly
from build_db.redaction.secrets.formats import Format, formats
from build_db.redaction.secrets.secret_finder import SecretFinder

FINDERS = (SecretFinder(), ContactFinder())
RULES = [rule for finder in FINDERS for rule in finder.rules()]
CORES = {name: cores for finder in FINDERS for name, cores in finder.cores().items()}
SHARED = Gate(RULES, cores=CORES)
EXAMPLES = [shape.finds for shape in (*formats(), *shapes())]
with_engine = pytest.mark.skipif(scan.hyperscan is None, reason="there is no hyperscan for this machine")


def test_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in (*formats(), *shapes())]
    assert len(set(names)) == len(names)


@with_engine
@pytest.mark.parametrize("rule", [*formats(), *shapes()], ids=lambda rule: rule.name)
def test_it_sees_what_a_rule_must_find(rule: Format | Shape) -> None:
    text = f"Hear this: {rule.finds} – or not."
    found = [finder.find(text, SHARED.seen(text)) for finder in FINDERS]
    assert any(found)
    assert found == [finder.find(text, EVERYTHING) for finder in FINDERS]


@with_engine
@pytest.mark.parametrize(
    "said",
    [
        *("codes de secours", "códigos de respaldo", "codici di backup", "backup codes", "备用码", "Codes de secours"),
        *("Codice di riserva", "mã dự phòng", "Herstelcode", "Kody zapasowe", "yedek kodları", "復原代碼"),
        *("Wiederherstellungsschlüssel", "reservkoder", "codigos de respaldo", "Single-use keys"),
    ],
)
def test_it_hides_no_codes_by_the_language_they_are_told_in(said: str) -> None:
    text = f"{said}: 4821-9930, 1177-2043"
    assert SecretFinder().find(text, SHARED.seen(text)) == SecretFinder().find(text, EVERYTHING) != []


@with_engine
def test_the_engine_takes_every_rule() -> None:
    # One that is too large for it would be tried on every text, and make all of them dear.
    assert SHARED.seen("") == NOTHING_SEEN


@with_engine
def test_it_sees_nothing_in_ordinary_words() -> None:
    text = "The evening was quiet. We repotted the tomatoes, and nobody said a word about the café at 10:20."
    assert Gate(RULES).seen(text) == frozenset()


@with_engine
@given(st.text(max_size=40), st.sampled_from(EXAMPLES), st.text(max_size=40))
@example("\u212a\ud800", "my pa\u017f\u017fword is quietEvening7", "\U0001f331")
def test_with_it_and_without_it_the_findings_are_the_same(before: str, value: str, after: str) -> None:
    text, seen = before + value + after, SHARED.seen(before + value + after)
    for finder in FINDERS:
        assert finder.find(text, seen) == finder.find(text, EVERYTHING)


@with_engine
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?i)kelvin", "\u212aelvin"),
        (r"(?i)[^\W\d]{3}ss", "\u00e9\u00e9\u00e9\u017f\u017f"),
        (r"(?i:É)t[^a]", "été"),
        (r"\d{4}", "\u0661\u0662\u0663\u0664"),
        (r"a\s+b", "a\u00a0\u3000b"),
        (r"(?<=x)(\w)\1{2}(?!y)\b", "xaaa"),
        (r"(?s:.)[^\n]", "\n\U0001f331"),
        # A character takes up to four bytes, and so does each of several.
        (r"a[^b]d", "a\U0001f331d"),
        (r"a[^\x00-\x7f]d", "a\U0001f331d"),
        (r"a[^b]{1,2}d", "a\U0001f331\U0001f331d"),
        (r"[^a]x{30,400}", "\ud800" + "x" * 30),
    ],
)
def test_a_loosened_pattern_finds_what_the_pattern_finds(pattern: str, text: str) -> None:
    assert re.search(pattern, text)
    assert "rule" in Gate([("rule", pattern)]).seen(text)


@with_engine
@pytest.mark.parametrize(
    ("pattern", "may_be", "cannot_be"),
    [
        ("abc", ["abc", "xabcx"], ["ab", "acb", "ABC", "äbc"]),
        ("(?i)abc", ["ABC", "aBc"], ["ab"]),
        ("a(?i:b)c", ["aBc"], ["Abc", "abC"]),
        ("(?i:a(?-i:b))", ["Ab"], ["aB"]),
        (r"(?<!\w)abc", ["abc", " abc", "-abc", "éabc"], ["xabc", "1abc", "_abc"]),
        (r"(?<![^\W\x00-\u036f])др(?![^\W\d_\x00-\u036f])", ["др.", "xдр1", "«др»"], ["другой", "кадр"]),
        (r"(?<![a-z])(?<!-)abc", ["1abc", "abc"], ["xabc", "-abc"]),
        ("(?<!xy)abc", ["abc", "yabc", "ayabc", "xéabc", "éyabc"], ["xyabc"]),
        (r"(?<![^\W_n])(?<![^\\]n)abc", ["abc", "_abc", "nabc", r"\nabc", "éabc"], ["aabc", "anabc"]),
        (r"abc(?!\d)", ["abc", "abcd", "abc é", "abcé"], ["abc1"]),
        (r"abc(?!\d|xy)", ["abc", "abcx", "abcxz", "abcxé", "abcy"], ["abc1", "abcxy"]),
        (r"abc(?!x|yz|q)", ["abcy", "abcz", "abcyx"], ["abcx", "abcyz", "abcq"]),
        (r"abc(?![^\W\d_])", ["abc1", "abc_"], ["abcd"]),
        (r"abc\b", ["abc", "abcd"], ["ab"]),
        ("^abc$", ["abc"], ["ab"]),
        ("ab{2,3}c", ["abbc", "abbbc"], ["abc", "abbbbc"]),
        ("ab+c", ["abc", "a" + "b" * 99 + "c"], ["ac"]),
        ("ab?c", ["ac", "abc"], ["abbc"]),
        ("ab{20}c", ["a" + "b" * 20 + "c"], ["a" + "b" * 15 + "c"]),
        ("a[bc]d", ["abd", "acd"], ["add", "aéd"]),
        ("a[^b]d", ["acd", "aéd", "a\u0661d"], ["abd", "ad"]),
        ("a[^b]{2}d", ["accd", "aééd"], ["abcd", "acd"]),
        (r"a\dd", ["a1d", "a\u0661d"], ["aad", "aéd"]),
        (r"a\sd", ["a d", "a\u3000d"], ["ad", "aéd"]),
        (r"a\wd", ["aad", "aéd", "a_d"], ["a-d", "a d"]),
        (r"a\Wd", ["a-d", "a\u2019d"], ["aad", "a1d"]),
        ("é", ["é", "xé"], ["e", "è", "É"]),
        ("(?i)é", ["é", "É"], ["e", "è"]),
        ("[éb]", ["é", "b"], ["è", "a", "B"]),
        ("(?i)[éb]", ["É", "B"], ["è", "a"]),
        ("[^é]x", ["ax"], ["x", "é"]),
        ("[а-я]", ["ж"], ["a", "", "é"]),
        ("(?i)ß", ["ß", "ẞ"], ["s", "b"]),
        ("a|bc|d", ["a", "bc", "d"], ["b", "c", "cb"]),
        (r"(a|b)x\1", ["axa", "bxb"], ["axc", "cxa"]),
        (r"(?i)(a|b)x\1", ["axA"], ["ca"]),
        ("(?>ab|c)d", ["abd", "cd"], ["ad"]),
        ("a++b", ["aab"], ["b"]),
        (".x", ["ax", "éx"], ["x", "a"]),
        ("(?s:.)x", ["\nx"], ["x"]),
        ("[\\x00-\\x08]a", ["\x07a"], ["\x09a"]),
    ],
)
def test_it_says_no_where_the_letters_of_a_rule_cannot_be(
    pattern: str, may_be: list[str], cannot_be: list[str]
) -> None:
    guard = Gate([("rule", pattern)])
    assert [text for text in may_be if "rule" not in guard.seen(text)] == []
    assert [text for text in cannot_be if "rule" in guard.seen(text)] == []


@with_engine
def test_what_is_looked_for_exactly_is_told_apart_from_rules() -> None:
    guard = Gate([("rule", "ab"), ("rule", "cd"), ("other", "é")], exact=[("exact", r"[^\x00-\x7fé]"), ("more", "zz")])
    said = {"ab": {"rule"}, "cd": {"rule"}, "é": {"other"}, "è": {"exact"}, "zz ab": {"more", "rule"}, "x": set()}
    assert {text: set(guard.seen(text)) for text in said} == said


@with_engine
def test_a_rule_with_cores_is_looked_for_only_where_one_of_them_is() -> None:
    guard = Gate([("cored", r"\w{2,9}@x"), ("cored", r"\w{2}!y"), ("other", "zz")], cores={"cored": ("@x", "!y")})
    said = {"ab@x": {"cored"}, "ab!y": {"cored"}, "a@x": set(), "abzz": {"other"}, "ab@xzz": {"cored", "other"}}
    assert {text: set(guard.seen(text)) for text in said} == said


@with_engine
def test_a_core_that_is_not_in_all_that_its_rule_finds_hides_it() -> None:
    assert Gate([("rule", "abc|abd")], cores={"rule": ("c",)}).seen("abd") == NOTHING_SEEN


@with_engine
def test_a_rule_whose_core_is_too_large_for_the_engine_is_looked_for_everywhere() -> None:
    too_large = "(?:" + "|".join(f"{letter}{{9}}" * 900 for letter in "abc") + ")"
    assert Gate([("rule", "abc")], cores={"rule": ("x", too_large)}).seen("abc") == {"rule"}


@with_engine
def test_a_core_is_seen_in_digits_of_other_scripts_too() -> None:
    assert Gate([("rule", r"x\d+y")], cores={"rule": (r"\dy",)}).seen("x\u0661y") == {"rule"}


# The cores of "beside" are in a run beside its words, not in the words: `test_beside.py`.
@pytest.mark.parametrize("name", sorted(CORES.keys() - {"beside"}))
def test_a_core_is_in_whatever_its_rule_finds(name: str) -> None:
    cores = re.compile("|".join(CORES[name]))
    patterns = [re.compile(pattern) for rule, pattern in RULES if rule == name]

    @given(st.one_of([st.from_regex(pattern) for pattern in patterns]))
    @settings(max_examples=50)
    def holds(text: str) -> None:
        found = [match.group() for pattern in patterns if (match := pattern.search(text))]
        assert all(cores.search(text) for text in found)

    holds()


SAID_OF_SIDES = [
    *(("holds", rule, rule.tail, re.compile(rule.holds).search) for rule in cued.rules() if rule.holds != cued.DIGIT),
    *(("next", rule, rule.tail, re.compile(rule.next).match) for rule in cued.rules() if rule.next),
    *(("last", rule, rule.head, re.compile(rf"(?:{rule.last})\Z").search) for rule in cued.rules() if rule.last),
]


@pytest.mark.parametrize(
    ("side", "told"),
    [pytest.param(side, told, id=f"{key}: {rule.name}") for key, rule, side, told in SAID_OF_SIDES],
)
def test_what_a_rule_says_of_a_side_of_its_words_is_in_whatever_stands_there(
    side: str, told: Callable[[str], re.Match[str] | None]
) -> None:
    @given(st.from_regex(side))
    @settings(max_examples=50)
    def is_there(text: str) -> None:
        found = re.search(side, text)
        assert found
        assert told(found.group())

    is_there()


@pytest.mark.parametrize(("pattern", "most"), [("abc", 3), ("a{2,9}b?", 10), (r"(?:ab|c)d", 3), (r"\bé(?=xyz)", 1)])
def test_how_long_a_match_may_be(pattern: str, most: int) -> None:
    assert longest(pattern) == most


@pytest.mark.parametrize("finder", FINDERS)
@given(text=st.text())
def test_what_is_found_lies_inside_the_text_and_apart(finder: SecretFinder | ContactFinder, text: str) -> None:
    place = 0
    for span in finder.find(text):
        assert place <= span.start < span.end <= len(text)
        place = span.end


def test_a_pattern_without_a_loose_form_is_refused() -> None:
    with pytest.raises(ValueError, match="write the rule without it"):
        loosened(r"(a)?b(?(1)c|d)", HIGHEST_COUNTS[0])
    with pytest.raises(ValueError, match="write the rule without it"):
        loosening._test("SOMETHING_NEW", 1)


@with_engine
@pytest.mark.parametrize("digit", ["\u0661", "\u0967", "\uff11", "\U0001d7cf"])
@pytest.mark.parametrize(
    "pattern", [r"x\d+y", r"(?i)X[0-9\d]Y", r"x[^a]y", r"x[^0-9]y", r"x\wy", r"x[^\W\d]?\dy", r"x\Sy"]
)
def test_a_digit_of_another_script_is_a_digit(digit: str, pattern: str) -> None:
    text = f"{digit} x{digit}y"
    assert re.search(pattern, text)
    assert "rule" in Gate([("rule", pattern)]).seen(text)


@with_engine
@given(st.text(alphabet="aksKS\u017f\u212a\u0130\u0131 1\u0661\u00a0\u3000é\ud800.", max_size=8))
def test_loose_classes_hold_what_classes_hold(text: str) -> None:
    for pattern in CLASSES:
        if re.search(pattern, text):
            assert "rule" in Gate([("rule", pattern)]).seen(text), pattern


ONES = [
    "k",
    "S",
    "ſ",
    "[^s]",
    r"[^\d]",
    "[^1]",
    r"\D",
    r"\s",
    r"\S",
    r"\w",
    r"\W",
    r"[^\W\d_]",
    "[a-zé]",
    "[\u3000-\u3010]",
    ".",
]
COUNTS = ("", "{2}", "{2,40}", "{1,3}k", "+?s")
CLASSES = [f"{flags}{one}{count}" for flags in ("", "(?i)") for one in ONES for count in COUNTS]


def test_the_letters_whose_other_case_is_plain_are_all_known() -> None:
    plain = re.compile(r"(?i)[a-z]")
    assert {code for code in range(128, 0x110000) if plain.match(chr(code))} == set(FAR)


def test_what_is_plain_stays() -> None:
    assert plainly("\u0663\u00a0café \u212a") == "3 café k"


@with_engine
def test_a_rule_that_is_too_large_for_the_engine_is_always_tried() -> None:
    large = r"(?:a(?:b(?:c[^d]{0,40}){1,40}){1,40}){1,40}|x"
    assert Gate([("large", large)]).seen("nothing") in ({"large"}, NOTHING_SEEN)
    assert Gate([("any", "a*"), ("rare", "zzz")]).seen("nothing") == {"any"}


@with_engine
def test_threads_do_not_disturb_each_other() -> None:
    guard, texts = Gate(RULES), [f"{value} {'x ' * n}" for n, value in enumerate(EXAMPLES)] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(guard.seen, texts)) == [guard.seen(text) for text in texts]


class Kept(dict[str, bytes]):
    """A store in memory."""

    def put(self, digest: str, data: bytes) -> None:
        self[digest] = data


@with_engine
@pytest.mark.parametrize("damaged", [None, b"", b"x" * 99, b"\n", b"0\n" + b"x" * 3000])
def test_what_a_store_gives_back_is_used_if_it_is_whole(damaged: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    store, rules = Kept(), [("rule", "zz[ab]"), ("any", "b*")]
    for _ in range(2):
        monkeypatch.setattr(gate, "_made", {})  # another process
        guard = Gate(rules, store)
        assert (guard.seen("zza"), guard.seen("zzc")) == ({"rule", "any"}, {"any"})
        if damaged is not None:
            store.update(dict.fromkeys(store, damaged))
    assert len(store) == 1


def test_without_hyperscan_every_rule_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "hyperscan", None)
    assert Gate(RULES).seen("no number at all") is EVERYTHING


@with_engine
def test_an_engine_that_does_not_take_to_the_processor_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise scan.hyperscan.HyperscanError

    monkeypatch.setattr(gate, "_made", {})
    monkeypatch.setattr(scan, "database_of", refuse)
    assert Gate(RULES, Kept()).seen("no number at all") is EVERYTHING
