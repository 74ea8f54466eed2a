"""Markdown as chats write it: formulas, bare links, tasks, pictures by name, links to wiki pages; in linear time."""

from __future__ import annotations

import gc
import re
import sys
import time
from collections.abc import Callable

import pytest
from daemon_look import rendering
from daemon_look.chat_markdown import PLAIN, parser
from daemon_look.hidden import spoken
from daemon_look.rendering import UNMARKED, UNWANTED, markdown
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import rules_inline

REL = 'rel="nofollow noopener noreferrer"'
PAGES = {"Temple Codex": "/to/it", "Temple Codex.md": "/to/it", "Temple_Codex.md": "/to/it"}.get


def told(text: str) -> str:
    """The HTML of one paragraph, without it."""
    html = str(markdown(text, resolve=PAGES)).strip()
    assert html.startswith("<p>"), html
    return html.removeprefix("<p>").removesuffix("</p>")


def words(text: str) -> str:
    return re.sub(r"<[^>]+>", "", str(markdown(text, resolve=PAGES))).strip()


SIGNS = "aB 1.)-+=:/|#>!\"'%^{}@(~*\n\n\u00a0\u3000\u2028\x85\x0b\x1c²٣"


@given(st.lists(st.sampled_from(["ab", "Ж", "東", "é", *SIGNS])))
@example(["a", "\n", "=", "=", "="])
@example(["a", "b", " ", " ", "\n", "a"])
@example(["https", ":", "/", "/", "a"])
@example(["\n", "\n", " ", " ", " ", "1", "b"])
@example(["\n", "\n", " ", " ", " ", " ", "b"])
@example(["\n", "1", ".", " ", "b"])
def test_a_text_without_marks_is_what_the_parser_makes_of_it(pieces):
    text = "".join(("a", *pieces))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "UNMARKED", re.compile("(?!)"))
        parsed = markdown(text)
    assert markdown(text) == parsed


def test_most_of_what_is_said_needs_no_parser():
    assert UNMARKED.fullmatch("Is it cold there? Yes: 3 degrees, and wind.\nWe’ll see!\n\nЗавтра - снег.\n")
    assert UNMARKED.fullmatch("“Is it?”\n\n 3 degrees, it says.\n(So far.)\n🙂")


MARKS = "ab_1é²\u0301 \n![]()<>&#;:/$`*~\\@{}=+-%^|\"'"


@given(st.lists(st.sampled_from(["amp;", "https://x.example", "[a](b)", "snake_case", "東", *MARKS])))
@example(["a", "_", "b", "_", " ", "_", "c", "_"])
@example(["[", "a", "_", "]", "(", "b", ")"])
@example(["a", "_", "[", "b", "]", "(", "c", ")"])
@example(["&", "amp;", "&", "#", "1", ";", "&", "&"])
@example(["!", "[", "a", "]", "(", "b", ")", "!", "!"])
def test_no_rule_begins_where_none_is_asked(pieces):
    text = "".join(pieces)
    asked_everywhere = parser()
    asked_everywhere.inline.ruler.at("text", rules_inline.text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "PARSER", asked_everywhere)
        patch.setattr(rendering, "UNMARKED", re.compile("(?!)"))
        expected = markdown(text, resolve=PAGES)
    assert markdown(text, resolve=PAGES) == expected


def test_a_name_in_code_is_read_in_one_go():
    assert PLAIN.fullmatch("if snake_case != other && !done: return {'a': 1.5} # 50%")


def test_what_is_unwanted_is_told_apart_in_every_plane():
    kept = "\t\n\r aé\u200d\ufe0f\U0001f642\U0001d400\U000e0067\U0010fffd"
    assert UNWANTED.sub("", kept) == kept
    gone = "\0\x85\u202e\u2069\ufeff\ud83d\ufdd0\uffff\U0001fffe\U0001ffff\U0010ffff"
    assert UNWANTED.sub("", "".join(f"a{one}" for one in gone)) == "a" * len(gone)


@pytest.mark.parametrize(
    "formula",
    [r"\(a_1\)", r"\[x\,dx\]", r"$E=mc^2$", r"$$\int_0^1 x\,dx$$", r"\(a \\ (b) *c* d*\)",
     r"$\{a_1\}, \ldots$", "$a\nb$"],
)  # fmt: skip
def test_a_formula_is_shown_as_it_was_typed(formula):
    assert told(f"so {formula}, so") == f'so <code class="formula">{formula}</code>, so'


@pytest.mark.parametrize("begin, end", [("$$", "$$"), (r"\[", r"\]"), ("$$ x", "y $$."), ("> $$\n> a", "> $$")])  # noqa: PT006
def test_signs_at_the_beginning_of_a_formulas_lines_begin_no_list_and_no_quotation(begin, end):
    lead = "> " if begin[0] == ">" else ""
    html = str(markdown(f"So\n{begin}\n{lead}= a\n{lead}+ b\n{lead}- c_1 d_1\n{lead}# e\n{end}\nand"))
    assert '<code class="formula">' in html
    assert "= a\n+ b\n- c_1 d_1\n# e\n" in html
    assert "<li>" not in html
    assert "<p>and" in html or "\nand" in html


@pytest.mark.parametrize(
    "text",
    ["costs $5 and $10", "US$5 or C$7.", "$5-$10", "echo $HOME/$PATH", "$ a $", "$$", r"\(open", r"\[open",
     "a $x", r"\$5 $a\$"],
)  # fmt: skip
def test_a_price_is_no_formula(text):
    assert "formula" not in markdown(text)
    assert words(text) == text.replace("\\(", "(").replace("\\[", "[").replace("\\$", "$")


def test_no_formula_in_code():
    assert told(r"`\(a\)` `$b$`") == r"<code>\(a\)</code> <code>$b$</code>"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see {}", "https://x.example"),
        ("see {}.", "https://x.example/a_b_c"),
        ("({})", "http://x.example/a_(b)"),
        ("**{}**, _{}_", "https://x.example/a"),
        ("見{}。次", "https://x.example/a"),
        ("“{}”?!", "HTTPS://x.example/a?b=c&amp;d=1#e"),
        ("- {}", "https://x.example"),
        ("|a|\n|-|\n|{}|", "https://x.example"),
    ],
)
def test_a_bare_link_is_a_link_without_the_signs_around_it(text, url):
    html = str(markdown(text.replace("{}", url.replace("&amp;", "&"))))
    assert re.search(rf'<a href="{re.escape(url)}" {REL}>{re.escape(url)}</a>', html, re.IGNORECASE), html


@pytest.mark.parametrize(
    "text", ["`https://x.example`", "xhttps://x.example", "javascript://x", "https://", "ftp://x.example"]
)
def test_what_only_looks_like_a_link_is_none(text):
    assert "<a" not in markdown(text)


def test_links_are_not_nested():
    assert str(markdown("[see https://a.example](https://b.example)")).count("<a ") == 1
    assert str(markdown("[![x](https://a.example)](https://b.example)")).count("<a ") == 1


def test_a_task_has_a_sign_for_eyes_and_words_for_ears():
    html = str(markdown("- [ ] open *it*\n- [x] done\n- [X]\n- \\[ ] no\n- [x](https://x.example)\n\n1. [ ] one"))
    assert html.count('aria-hidden="true">☐</span><span class="aside">to do: </span>') == 2
    assert html.count('aria-hidden="true">☑</span><span class="aside">done: </span>') == 2
    assert "</span> open <em>it</em></li>" in html
    assert html.count('<li class="task">') == 4
    assert "<li>[ ] no</li>" in html


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("![a photo](https://x.example/p.png)", "picture: a photo"),
        ("![](p.png)", "a picture"),
        ('![a *b* \\] [c]](<a b.png> "t")', "picture: a *b* ] [c]"),
        ("![plot](sandbox:/mnt/data/plot.png)", "picture: plot"),
        ("![a][1]\n\n[1]: https://x.example/p.png", "picture: a"),
        ("![[frame.png]]", "picture: frame.png"),
        ("![x](data:image/png;base64,QUJDQUJD)", "picture: x, 1 kB"),
        ("![](data:image/png;base64,{})", "a picture, 34 kB"),
        ("see data:image/jpeg;base64,{} there", "see a picture, 34 kB there"),
        ("`data:audio/mpeg;base64,{}`", "a recording, 34 kB"),
        ("```\n<img src='data:image/png;base64,{}'>\n```", "&lt;img src=&#39;a picture, 34 kB&#39;&gt;"),
        ("photo {} there", "photo a file, 34 kB there"),
        ("iVBORw0KGgo{} x", "a picture, 34 kB x"),
        ("[d](data:application/pdf;base64,{})", "d a document, 34 kB"),
    ],
)
def test_a_picture_is_named_and_never_shown_nor_printed(text, said):
    html = str(markdown(text.replace("{}", "QUJDabc1" * 5667), resolve=PAGES))
    assert words(text.replace("{}", "QUJDabc1" * 5667)) == said
    assert "<img" not in html
    assert "data:" not in html


def test_lines_of_a_file_are_one_file():
    line = "QUJDabc1" * 8
    assert words("a\n" + f"{line}\n" * 20 + "QUJD=\nnext words") == "a\na file, 1 kB\nnext words"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5000,
        "haha" * 300,
        "https://x.example/" + "aB3" * 400,
        "-" * 5000,
        "\n".join(f"src/components/Part{'x' * n}/Of/The/Long/Tree/Of/Names1" for n in range(9)),
        "data:text/plain,hello",
    ],
)
def test_words_and_addresses_are_no_files(text):
    assert 'class="file"' not in markdown(f"x {text}")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[[Temple Codex]]", '<a href="/to/it">Temple Codex</a>'),
        ("[[Temple Codex.md]]", '<a href="/to/it">Temple Codex.md</a>'),
        ("[[Temple Codex#Part|it]]", '<a href="/to/it">it</a>'),
        ("[[Temple Codex\\|it]]", '<a href="/to/it">it</a>'),
        ("![[Temple Codex]]", '<a href="/to/it">Temple Codex</a>'),
        ("[*md*](Temple_Codex.md)", '<a href="/to/it"><em>md</em></a>'),
        ("[md](<Temple Codex.md>)", '<a href="/to/it">md</a>'),
        ("[md](Temple%20Codex.md#part)", '<a href="/to/it">md</a>'),
        ("[md](Bees.md)", '<span class="red-link">md<span class="aside"> (no page yet)</span></span>'),
        ("[[#Part]]", "Part"),
        ("[[https://x.example/a]]", f'<a href="https://x.example/a" {REL}>https://x.example/a</a>'),
        ("[[https://x.example/a|there]]", f'<a href="https://x.example/a" {REL}>there</a>'),
        ("`[[Temple Codex]]`", "<code>[[Temple Codex]]</code>"),
        ("\\[[Temple Codex]]", "[[Temple Codex]]"),
        ("[[javascript:alert(1)|x]]", '<span class="red-link">x<span class="aside"> (no page yet)</span></span>'),
    ],
)
def test_a_link_of_the_wiki_leads_to_its_page_however_it_is_written(text, html):
    assert told(text) == html


def test_a_long_text_is_shown_in_part_and_says_so(monkeypatch):
    monkeypatch.setattr(rendering, "MOST_SHOWN", 100)
    html = str(markdown("some words " * 100))
    assert len(html) < 400
    assert 'class="in-part"' in html
    assert "its first 98 of 1,100 characters are shown" in html
    assert "in-part" not in markdown("some words")


def steps(run: Callable[[], object]) -> int:
    """How many calls are made, of Python's and of C's: a measure of work that no other process disturbs."""
    count = 0

    def called(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


def work(run: Callable[[], object]) -> float:
    """The processor's time, which also tells of what happens inside one search for a pattern.

    Without the collector of cycles: its rounds grow with what lives, whatever a rule does.
    """
    times = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
    finally:
        gc.enable()
    return max(min(times), 0.001)  # what is shorter is noise


def grows_faster(run: Callable[[int], object]) -> bool:
    """Whether the work grows much more than the text.

    By calls: of four times the text six times, where sixteen would be quadratic. By time, which other processes
    disturb: of eight times the text twenty-four times, where sixty-four would be.
    """
    run(1_000)  # patterns are compiled when they are first tried
    if steps(lambda: run(4_000)) > 6 * steps(lambda: run(1_000)) + 1000:
        return True
    return work(lambda: run(20_000)) > 24 * work(lambda: run(2_500))


@pytest.mark.parametrize(
    "piece",
    [
        "[", "![", "[[", "[a](", "![a](", "[a](<", '![a](x "', "[[a|", "[email 3f9a]", "[email 3f9a](",
        "[a]([email 3f9a]",
        "$", "$$", "$a", "$$a ", "$$\n", "\\(", "\\[", "\\[\n", "\\", "`", "``a", "*", "**a", "*a_", "_", "~", "<",
        "<a",
        "http://", "https://a.b/)", "- ", "- [ ] ", "> ", "|", "a|b\n-|-\n", "[x]: http://a\n", "<gesture:",
        "data:a/b,",
        "data:a/b;base64,", "aB3", "aB3" * 20 + "\n", "aB3" * 60 + " ",
    ],
)  # fmt: skip
def test_work_grows_with_the_text_and_no_faster(piece):
    assert not grows_faster(lambda n: (markdown(piece * (n // len(piece)), resolve=PAGES), spoken(piece * n)))


@pytest.mark.parametrize("slow", [lambda n: [len("") for end in range(n // 4) for _ in range(end)],
                                  lambda n: re.search("a*[bc]", "a" * n)])  # fmt: skip
def test_growth_is_seen(slow):
    assert grows_faster(slow)
