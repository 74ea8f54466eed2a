"""How many mentions of known people are found, by script and by spelling, and how many words are taken for names.

`python benchmarks/people.py`. Names and sentences are combined by a seeded generator; what counts as found is a mention
of which nothing is left. `-v` prints what was missed.
"""

# ruff: noqa: E501 - a case is easier to read in one line

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person, with_pseudonyms
from build_db.redaction.text_redactor import TextRedactor

EACH = 400
KEYED = Keyed(bytes(32))
# Per locale: family names, given names, how a display name is written, and sentences with {n} (whole), {g}, {f}.
LOCALES: dict[str, tuple[str, str, str, list[str]]] = {
    "Chinese": ("陈 林 黄 赵 吴 周 徐 孙 马 朱", "丽华 国强 雨桐 子轩 静 磊 婷婷 晓东 思远 佳怡", "{f}{g}",
                ["{n}昨天来过", "我问{n}了", "跟{n}一起去，", "《{n}的日记》", "{n}：好的", "给{n}打电话", "{f}老师说得对", "老{f}来了", "@{n} 你好", "Hi{n}"]),
    "Japanese": ("佐藤 鈴木 高橋 渡辺 伊藤 中村 小林 加藤", "健太 美咲 翔太 陽菜 大輔 由美 直樹 恵子", "{f}{g}",
                 ["{n}さんが来た", "{f}さんに聞いた", "{g}ちゃんは元気", "{n}と話した", "昨日{g}くんと", "{f}先生、", "「{n}」", "{n}のメール", "{g}が言った"]),
    "Korean": ("이 박 최 정 강 조 윤 장", "서연 지훈 하준 수빈 예진 도윤 은우 채원", "{f}{g}",
               ["{n}이 왔어요", "{g}이는 집에 갔다", "{n} 씨", "{n}에게 물었다", "{g}아, 안녕", "{n}와 함께", "{f} 선생님", "{n}님께", "어제 {g}한테", "{n}의 책"]),
    "Russian": ("Кузнецов Смирнов Попов Лебедев Морозов Волков", "Дмитрий Сергей Алексей Михаил Павел Игорь", "{g} {f}",
                ["{g} пришёл", "видел {f}а", "говорил с {f}ым", "от {n}", "письмо {f}у", "{g}, привет", "о {f}е", "{f} сказал"]),
    "Arabic": ("الحسن النجار القاسم المصري", "أحمد فاطمة يوسف مريم خالد ليلى", "{g} {f}",
               ["قال {g} ذلك", "ذهبت مع {n}", "كتبت ل{g}", "و{g} هنا", "رأيت {g} و{f}", "كتاب {n}", "ب{g} أثق", "سألت {g}؟"]),
    "Hebrew": ("כהן מזרחי פרידמן אברהם", "יעל דניאל תמר איתן שירה אורי", "{g} {f}",
               ["{g} הגיעה", "דיברתי עם {n}", "נתתי ל{g}", "ו{g} אמר", "הספר של {g}", "ש{g} בא", "אצל משפחת {f}", "מ{g} שמעתי"]),
    "Hindi": ("वर्मा गुप्ता यादव पटेल", "राहुल प्रिया अमित सुनीता दीपक कविता", "{g} {f}",
              ["{g} ने कहा", "{n} से मिला", "{g}जी आए", "{f} साहब", "{g} को फोन", "मैंने {n} देखा", "{g}, सुनो"]),
    "Thai": ("ศรีสุข วงศ์ทอง ใจงาม", "สมหญิง ณัฐพล วิชัย พรทิพย์", "{g} {f}",
             ["คุณ{g}มาแล้ว", "ผมถาม{n}เมื่อวาน", "พี่{g}บอก", "{g}ไปไหน", "อีเมลจาก{n}"]),
    "Greek": ("Νικολάου Γεωργίου Βασιλείου", "Νίκος Ελένη Κώστας Δημήτρης Άννα", "{g} {f}",
              ["ο {g} ήρθε", "είδα {n}", "{g}, γεια", "με {f}", "η {g} είπε"]),
    "Latin": ("Ødegård Çelik Müller Łukaszewicz O’Connor Nuñez Đurić Sæther", "Bjørn Zoë Łucja Ayşe Siân Jürgen Đoko Åse", "{g} {f}",
              ["I met {g} today", "{n}'s house", "ask {f}!", "{g}_2024", "@{g}", "with {n}, and", "{f}, {g}", "mail to {g}"]),
}  # fmt: skip
# As they are declined: the name, and the form in a sentence.
DECLINED = [
    ("Марина Козлова", "подарок Марине", "Марине"), ("Марина Козлова", "у Марины", "Марины"), ("Марина Козлова", "с Козловой", "Козловой"), ("Андрей Новиков", "с Андреем", "Андреем"),
    ("Татьяна Орлова", "жду Татьяну", "Татьяну"), ("Николай Зайцев", "звонил Николаю", "Николаю"), ("Наталия Белова", "письмо Наталии", "Наталии"), ("Олена Шевченко", "сказала Олені", "Олені"),
    ("Petra Nováková", "viděl jsem Petru včera", "Petru"), ("Tomáš Dvořák", "mluvil jsem s Tomášem o tom", "Tomášem"), ("Kasia Wójcik", "rozmawiałem z Kasią i jest", "Kasią"), ("Marek Zieliński", "powiedz Markowi, że", "Markowi"),
    ("Ilona Szabó", "Ilonának adtam", "Ilonának"), ("Gábor Kiss", "beszéltem Gáborral", "Gáborral"), ("Aino Virtanen", "soitin Ainolle eilen", "Ainolle"), ("Guðrún Jónsdóttir", "ég sá Guðrúnu í gær", "Guðrúnu"),
    ("Elif Yıldız", "Elif'in evi", "Elif"), ("Κώστας Ιωάννου", "του Κώστα", "Κώστα"), ("Μαρία Δήμου", "της Μαρίας", "Μαρίας"), ("ნინო ბერიძე", "ნინოს წიგნი", "ნინო"),
]  # fmt: skip
LATIN = [
    ("Nadia", "Ferreira"),
    ("Tobias", "Lindqvist"),
    ("Imani", "Okafor"),
    ("Callum", "McAllister"),
    ("Renata", "de la Vega"),
    ("Hugo", "van den Bosch"),
    ("Mary Lou", "Pettigrew"),
    ("Sinéad", "O'Malley"),
]
SPELLINGS: dict[str, Callable[[str], str]] = {
    "zero-width": lambda name: "\u200b".join(name), "soft hyphen": lambda name: f"{name[:2]}\u00ad{name[2:]}", "full width": lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    "entities": lambda name: "".join(f"&#{ord(c)};" for c in name), "percent": lambda name: "".join(f"%{b:02X}" for b in name.encode()), "bold inside": lambda name: f"**{name[:2]}**{name[2:]}",
    "spaced": lambda name: " ".join(name), "drawn out": lambda name: name[:-1] + name[-1] * 4, "shouted": str.upper, "small": str.lower, "mojibake": lambda name: name.encode().decode("cp1252", "replace"),
    "formula": lambda name: "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in name), "turned": lambda name: f"\u202e{name[::-1]}\u202c", "beside Chinese": lambda name: f"用{name}的",
}  # fmt: skip
# A name that is also a word, and sentences that hold the word.
WORDS = [
    ("Dag Moe", "en dag i juni"), ("Bo Lind", "de vill bo här"), ("Iris Bloom", "the bloom is over"), ("Storm Hansen", "the storm came"), ("Kit Carver", "the first aid kit"), ("Rob Waters", "they rob banks"),
    ("Sky Nguyen", "the sky is blue"), ("Sunny Patel", "a sunny day"), ("Mac Porter", "my mac is slow"), ("Bill Church", "pay the bill in church"), ("Pia Winter", "in winter"), ("Sol Reyes", "el sol brilla"),
    ("Luz Campos", "la luz del cuarto"), ("Stella Rossi", "una stella nel cielo"), ("Vera Klein", "das ist klein"), ("Fleur Petit", "une fleur et un petit chat"), ("Ana Cruz", "la cruz roja"), ("Nova Reed", "a reed by the lake"),
    ("Lee Short", "in short, no"), ("Max Long", "how long is it"), ("Sam Price", "what is the price"), ("Kim Young", "when I was young"), ("Ray Case", "just in case"), ("Tina Read", "did you read it"), ("Joy Love", "with love and joy"),
    ("Chance Bright", "no chance, it is too bright"), ("Ella Day", "all day"), ("Jo Best", "do your best"), ("Ty Cook", "I cook rice"), ("Max Power", "the power is out"),
]  # fmt: skip


def shared(name: str, text: str) -> str:
    """The text without the mentions of one person."""
    finder = PeopleFinder(with_pseudonyms([Person("p", (name,))], KEYED), KEYED)
    return TextRedactor(finder, (), KEYED).redact(text)


def in_script(locale: str) -> Iterator[tuple[str, str, str]]:
    """Name, sentence, and what must go."""
    families, givens, order, sentences = LOCALES[locale]
    rng = random.Random(locale)
    for _ in range(EACH):
        family, given, sentence = rng.choice(families.split()), rng.choice(givens.split()), rng.choice(sentences)
        name = order.format(f=family, g=given)
        told = name if "{n}" in sentence else given if "{g}" in sentence else family
        yield name, sentence.format(n=name, g=given, f=family), told


def spelled(spelling: str) -> Iterator[tuple[str, str, str]]:
    rng = random.Random(spelling)
    for _ in range(EACH // 4):
        given, family = rng.choice(LATIN)
        word = rng.choice([given, family.split()[-1]])
        if spelling == "mojibake" and word.isascii():
            continue
        form = SPELLINGS[spelling](word)
        yield f"{given} {family}", rng.choice(["and {} came", "{}", "({})", "ask {}, please"]).format(form), form


def in_one_word() -> Iterator[tuple[str, str, str]]:
    rng = random.Random("one word")
    for _ in range(EACH):
        given, family = rng.choice(LATIN)
        g, f = ("".join(filter(str.isalpha, name)).lower() for name in (given, family))
        form = rng.choice(
            [
                g + f,
                f + g,
                g[0] + f,
                f + g[0],
                g + f[0],
                f,
                f"{g}{rng.randrange(99)}",
                f"{g}{f}{rng.randrange(99)}",
                f"{g}.{f}",
                f"{g}_{f}",
                f"{f}-{g}",
            ]
        )
        yield f"{given} {family}", rng.choice(["@{}", "/u/{}", "{}.docx", "user {} wrote"]).format(form), form


def recall(cases: Iterator[tuple[str, str, str]]) -> tuple[float, list[str]]:
    """The share of mentions of which nothing is left, and the texts of the others."""
    found, missed = 0, []
    for name, text, told in cases:
        if told.casefold() in shared(name, text).casefold():
            missed.append(f"{name}: {text}")
        else:
            found += 1
    return found / (found + len(missed)), missed


def main() -> None:
    verbose = "-v" in sys.argv
    rows = {locale: in_script(locale) for locale in LOCALES} | {
        "declined": iter(DECLINED),
        "as one word": in_one_word(),
    }
    rows |= {f"spelled: {spelling}": spelled(spelling) for spelling in SPELLINGS}
    for name, cases in rows.items():
        share, missed = recall(cases)
        print(f"people, {name:32}{share:8.2%}   >= 99.0%{'' if share >= 0.99 else '   MISSED'}", flush=True)
        if verbose:
            print(*(f"    {text!r}" for text in dict.fromkeys(missed[:60])), sep="\n")
    altered = [f"{text} -> {shared(name, text)}" for name, text in WORDS if shared(name, text) != text]
    print(f"words altered: {len(altered)} of {len(WORDS)}   <= 1")
    if verbose:
        print(*(f"    {text!r}" for text in altered), sep="\n")


if __name__ == "__main__":
    main()
