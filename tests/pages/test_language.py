"""Every text of the pages is in every translation, and each visitor gets the language that his browser asks for."""

from __future__ import annotations

import ast
import re

import pytest
import yaml
from conftest import ROOT
from daemon_pages import chat_html, chat_markdown, dates, hidden, refusals, rendering
from daemon_pages.kinds import KINDS
from daemon_pages.language import counted, languages, number, speaking, t, translations
from daemon_pages.selfmodel import PARTS
from support.site import METADATA, Site

from build_db.schema.searched import SEARCHED

PLUGIN = ROOT / "plugins" / "daemon_pages"
TEMPLATES = sorted((PLUGIN / "templates" / "daemon_pages").glob("*.html"))
FOREIGN = [language for language in languages() if language != "en"]
CALLED = re.compile(r"""\b(?:t|counted)\(((?:[^()"']|"[^"]*"|'[^']*'|\([^()]*\))*)\)""")
TEXT = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
HELD = re.compile(r"\{\w*\}")


def in_templates() -> set[str]:
    """The texts that templates ask for."""
    found: set[str] = set()
    for file in TEMPLATES:
        for call in CALLED.finditer(file.read_text(encoding="utf-8")):
            arguments = re.sub(r"\b\w+=.*", "", call[1])
            found |= {one or other for one, other in TEXT.findall(arguments) if one or other}
    return found


def in_code() -> set[str]:
    """The texts that modules ask for, and those of errors that are shown."""
    found: set[str] = set()
    for file in PLUGIN.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return found


CALLS = {"t", "counted", "NotFound", "_form"}


def in_tables() -> set[str]:
    """The texts of the kinds, of the questions, and of what modules keep in tables."""
    found = {text for kind in KINDS.values() for text in (kind.one, kind.many, kind.about, kind.shelf)}
    found |= {h for kind in KINDS.values() for part in (kind.text, kind.folded, kind.facts) for h in part.values() if h}
    for query in METADATA["databases"]["cass"]["queries"].values():
        found |= {query["title"], query["description"]}
    held = (hidden.HIDDEN, hidden.GONE, hidden.FILES, hidden.PHRASES, chat_html.PHRASES, rendering.PHRASES)
    found |= {text for table in (*held, chat_markdown.SAID_OF_TAGS, refusals.TITLES) for text in table.values()}
    found |= {searched.kind for searched in SEARCHED}
    return found | set(refusals.SAID) | {name for name, _ in PARTS} | set(dates.MONTHS) | set(dates.WEEKDAYS)


def test_the_search_for_texts_finds_them():
    assert {"Search everything", "In short", "{n} message", "{n} messages", "all"} <= in_templates()
    assert {"yesterday", "There is no such page here."} <= in_code()


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_is_translated(language):
    missing = (in_templates() | in_code() | in_tables()) - translations(language).keys()
    assert not sorted(missing)


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_holds_the_same_values_as_the_text(language):
    for text, translated in translations(language).items():
        assert sorted(HELD.findall(text)) == sorted(HELD.findall(translated)), text


@pytest.mark.parametrize("language", FOREIGN)
def test_no_key_stands_twice(language):
    text = (PLUGIN / "texts" / f"{language}.yml").read_text(encoding="utf-8")
    keys = [key.value for key, _ in yaml.compose(text).value]
    assert len(keys) == len(set(keys))


def test_no_template_has_words_of_its_own():
    for file in TEMPLATES:
        bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not set(re.findall(r"[A-Za-z]{3,}", bare)) - {"DOCTYPE", "CSV", "SHA"}, file.name


@pytest.fixture(scope="module")
def site(demo):
    return Site(demo)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr, de;q=0.5, en;q=0.7", "en"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("de;q=0", "en"),
        ("", "en"),
        ("de;q=x, ;;;, de;q=1.0", "de"),
    ],
)
def test_the_browser_says_in_which_language(site, asked, given):
    response = site.get("/", headers={"Accept-Language": asked})
    assert response.headers["content-language"] == given
    assert f'<html lang="{given}">' in response.text
    assert "Accept-Language" in response.headers["vary"]


def test_the_owner_may_settle_it(demo):
    site = Site(demo, plugins={"daemon_pages": {"described": "cass", "language": "de"}})
    assert '<html lang="de">' in site.get("/", headers={"Accept-Language": "en"}).text


def test_a_page_in_german_speaks_german(site):
    html = site.get("/daemons/cass", headers={"Accept-Language": "de"}).text
    assert "Gespräche" in html
    assert "15. Juni 2025" in html
    assert "Conversations" not in html


def test_numbers_and_plurals_are_written_as_the_language_does():
    assert counted(1234, "{n} message", "{n} messages") == "1,234 messages"
    with speaking("de"):
        assert counted(1, "{n} message", "{n} messages") == "1 Nachricht"
        assert counted(1234, "{n} message", "{n} messages") == "1.234 Nachrichten"
        assert number(1_000_000) == "1.000.000"
    assert t("yesterday") == "yesterday"


def test_what_a_text_holds_is_escaped_beside_markup():
    from markupsafe import Markup

    assert t("{first} to {last}", first="<b>", last=Markup("<i>x</i>")) == "&lt;b&gt; to <i>x</i>"
