"""Words are found in the scripts that families write, as they are typed on any keyboard; others are not."""

# ruff: noqa: E501 - texts

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from conftest import KEY, conversation
from support.site import Site

from build_db import BuildOptions, build

SAID = {
    "Japanese": "今日は東京タワーの写真を整理しました。猫も一緒です。ﾊﾝｶｸも。",
    "Chinese": "重跑gen-itgc后50条悬空引用清零，天气很好",
    "Korean": "고양이가 생일파티에 왔어요",
    "Thai": "ประเทศไทยอากาศร้อนมาก",
    "Lao": "ສະບາຍດີຫຼວງພະບາງ",
    "Khmer": "សួស្តីភ្នំពេញ",
    "Burmese": "မင်္ဂလာပါရန်ကုန်",
    "Russian": "Привет, ёлка и ЁЖИК. Мой дом.",
    "Greek": "Ο Σίσυφος έσπρωχνε την πέτρα",
    "Polish, Danish, German": "Łódź, Øresund, Straße, smørrebrød, Ærø",
    "Vietnamese": "Phở đặc biệt ở Đà Nẵng",
    "Turkish": "Iğdır'da çay, İstanbul'da simit",
    "Hebrew": "בְּרֵאשִׁית בָּרָא",
    "Arabic": "كَتَبَ أحمد رسالةً في المكتبـــة",
    "Persian": "می\u200cخواهم کتاب بخوانم",
    "Hindi": "हिन्दी में चिट्ठी लिखी",
    "Tamil": "வணக்கம் தமிழ்",
    "Emoji": "I love 🌱 and 👩\u200d👩\u200d👧, 👍🏽❤️ from 🇩🇪",
    "Hidden": "zero\u200bwidth so\u00adft Ｆｕｌｌ ｗｉｄｔｈ 𝐛𝐨𝐥𝐝 café C++ foo_bar 38.101",
}
FOUND = [
    *[("Japanese", typed) for typed in ("東京", "タワー", "写真", "猫", "ﾀﾜｰ", "ハンカク", '"東京タワー" 猫')],
    *[("Chinese", typed) for typed in ("悬空", "gen", "gen-itgc", "天气 引用", "50", "后50条")],
    *[("Korean", typed) for typed in ("고양이", "파티", "생일", "왔어")],
    *[("Thai", typed) for typed in ("อากาศ", "ร้อน", "ไทย", "อากาศร้อน")],
    *[("Lao", typed) for typed in ("ສະບາຍ", "ພະບາງ")],
    *[("Khmer", typed) for typed in ("សួស្តី", "ភ្នំពេញ")],
    *[("Burmese", typed) for typed in ("ရန်ကုန်", "မင်္ဂလာ")],
    *[("Russian", typed) for typed in ("елка", "ёлка", "ежик", "ЕЖИК", "мой")],
    *[("Greek", typed) for typed in ("σισυφος", "ΣΙΣΥΦΟΣ", "Σίσυφος", "πετρα")],
    *[("Polish, Danish, German", typed) for typed in ("lodz", "ŁÓDŹ", "oresund", "strasse", "STRASSE", "smorrebrod", "aero")],
    *[("Vietnamese", typed) for typed in ("pho dac biet", "da nang", "Đà Nẵng")],
    *[("Turkish", typed) for typed in ("igdir", "istanbul", "çay")],
    *[("Hebrew", typed) for typed in ("בראשית", "בְּרֵאשִׁית")],
    *[("Arabic", typed) for typed in ("كتب", "احمد", "أحمد", "رسالة", "المكتبة")],
    *[("Persian", typed) for typed in ("می\u200cخواهم", "میخواهم", "كتاب", "کتاب")],
    *[("Hindi", typed) for typed in ("हिन्दी", "चिट्ठी")],
    *[("Tamil", typed) for typed in ("வணக்கம்", "தமிழ்")],
    *[("Emoji", typed) for typed in ("🌱", "👩\u200d👩\u200d👧", "👧", "👍", "👍🏿", "❤", "❤️", "🇩🇪", "love 🌱")],
    *[("Hidden", typed) for typed in ("zerowidth", "soft", "full width", "ｆｕｌｌ", "bold", "cafe", "C++", "foo_bar", "38.101")],
]  # fmt: skip
NOWHERE = [
    *("京東", "東写真", "猫犬", "東京都", "天地", "양고이", "고향", "อากาด", "ร่อน", "มาก้", "ບາງພະ", "ពេញភ្នំ", "ကုန်ရန်"),
    *("елки", "мои", "σισυφε", "lodzz", "strase", "ברא שית", "كتبت", "خواهد", "हनदी", "தமிழர்", "🌲", "👩‍👦", "🇪🇩", '"zero"', "width x"),
]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("scripts")
    talks = root / "data" / "conversations"
    talks.mkdir(parents=True)
    for number, (name, text) in enumerate(SAID.items()):
        said = {"role": "user", "content": text, "timestamp": "2025-04-27T10:00:00"}
        talk = conversation(f"00000000-0000-4000-8000-{number:012}", title=name, messages=[said])
        (talks / f"{number}.json").write_text(json.dumps(talk), encoding="utf-8")
    build(root / "data", root / "out.db", BuildOptions(key=KEY))
    return Site(root / "out.db")


def messages(site: Site, typed: str) -> dict[str, str]:
    """The glimpse of each message that is found, by the title above it."""
    html = site.get("/search", params={"q": typed, "kind": "message"}).text
    shown = re.findall(r'<li><p><a [^>]*>(.*?)</a>.*?<p class="glimpse"[^>]*>(.*?)</p>', html, re.DOTALL)
    return {unescape(title): unescape(text) for title, text in shown} if "Nothing has all" not in html else {}


@pytest.mark.parametrize(("script", "typed"), FOUND)
def test_what_is_there_is_found_marked_and_shown_as_it_was_written(site, script, typed):
    found = messages(site, typed)
    assert set(found) == {script}
    assert "<mark>" in found[script]
    assert re.sub("</?mark>", "", found[script]) in SAID[script]


@pytest.mark.parametrize("typed", NOWHERE)
def test_what_is_not_there_is_not_found(site, typed):
    assert messages(site, typed) == {}
