"""What is hidden explains itself: placeholders as chips and as words, everywhere in a text."""

from __future__ import annotations

import pytest
from daemon_look.hidden import GONE, HIDDEN, WITHHELD, chips, spoken
from daemon_look.rendering import anything, markdown, plain

from build_db.contract import WITHHELD as BUILDERS_WITHHELD
from build_db.redaction.contacts import columns
from build_db.redaction.contacts.contact_finder import shapes
from build_db.redaction.keyed import Keyed
from build_db.witness.strip import STRIPPED

PHONE = (
    '<span class="hidden-value phone" title="a phone number, hidden (12ab)">a phone number, hidden'
    '<span class="aside"> (12ab)</span></span>'
)


def test_every_kind_that_the_builder_hides_has_words():
    secrets_and_terms = {"secret", "term"}
    assert HIDDEN.keys() == {*(shape.kind for shape in shapes()), *columns.kinds(), *secrets_and_terms}
    assert {f"[{gone}]" for gone in GONE} == {BUILDERS_WITHHELD, STRIPPED}
    assert WITHHELD == BUILDERS_WITHHELD


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_placeholder_is_told_in_words(kind):
    token = f"[{kind} {Keyed(bytes(16)).token(kind, 'x')[:4]}]"
    assert str(chips(token)).count(HIDDEN[kind]) == 2
    assert spoken(token) == HIDDEN[kind]


@pytest.mark.parametrize(
    "text",
    [
        "call [phone 12ab] now",
        "# call [phone 12ab]",
        "- [phone 12ab]",
        "- [ ] call [phone 12ab]",
        "> [phone 12ab]",
        "|a|\n|-|\n|[phone 12ab]|",
        "`tel [phone 12ab]`",
        "```\n[phone 12ab]\n```",
        "    [phone 12ab]",
        "*[phone 12ab]*",
        "[call [phone 12ab]](https://x.example)",
        "[call](tel:[phone 12ab])",
        "[call](<https://x.example/[phone 12ab]>)",
        "[[phone 12ab]](tel:[phone 12ab])",
        "<[phone 12ab]>",
        "https://x.example/[phone 12ab]/a",
        "\\[phone 12ab]",
        "[phone 12ab]: https://x.example",
        "[phone 12ab](https://x.example)",
        "$[phone 12ab]$",
        "![[phone 12ab]](a.png)",
        "[[Talk about [phone 12ab]]]",
        "[phone 12ab][x]\n\n[x]: https://x.example",
    ],
)
@pytest.mark.parametrize("resolve", [None, lambda name: None], ids=["chat", "wiki"])
def test_a_placeholder_is_a_chip_wherever_it_stands(text, resolve):
    html = str(markdown(text, resolve=resolve))
    assert html.count(PHONE) == 1, html
    assert "[phone" not in html
    assert "%5Bphone" not in html


def test_a_link_keeps_its_words_beside_what_it_led_to():
    assert markdown("[write *me*](mailto:[phone 12ab])") == f"<p>write <em>me</em> {PHONE}</p>\n"
    assert 'title="or (a phone number, hidden)"' in markdown('[x](https://x.example "or [phone 12ab]")')


def test_other_words_in_brackets_stay():
    assert "hidden" not in markdown("[page 1234] [phone] [phone 12abc] [email 3F9A]")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call [phone 12ab] now", "call (a phone number, hidden) now"),
        ("[phone 12ab]", "a phone number, hidden"),
        ("[withheld]", "These words were withheld."),
        ("call [phone 12", "call a phone number, hidden"),
        ("see ![a photo](data:image/png;base64,QUJD", "see picture: a photo"),
        ("look " + "QUJDabc1" * 20, "look (a file)"),
        ("<b> & [[x]]", "<b> & [[x]]"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_line_is_told_in_plain_words(text, said):
    assert spoken(text) == said


def test_what_was_withheld_in_a_list_is_told_once():
    told = "These words were withheld."
    assert str(anything(["[withheld]", "a", "[withheld]"])).count(told) == 1
    assert anything(["[withheld]"] * 3) == f'<p class="withheld">{told}</p>'
    assert "[withheld]" not in anything({"a": "[withheld]", "b": ["[withheld]", {"c": "[withheld]"}]})


def test_values_of_one_line_and_keys_have_chips_too():
    assert plain("met [phone 12ab]") == f"Met {PHONE}"
    assert PHONE in anything({"with [phone 12ab]": 1})
    assert plain("[withheld]") == "These words were withheld."
