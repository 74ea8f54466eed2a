"""Names stand in every script as its readers expect them: beside particles, prefixes, titles, and without blanks."""

from __future__ import annotations

import pytest

from build_db.redaction.keyed import Keyed
from build_db.redaction.people.people_finder import PeopleFinder
from build_db.redaction.people.pseudonyms import Person
from build_db.redaction.people.scripts import SCRIPT_OF, beside_title, is_called, table
from build_db.redaction.text_redactor import TextRedactor

KEYED = Keyed(bytes(32))


def redact(name: str, text: str) -> str:
    finder = PeopleFinder([Person("one", (name,), pseudonym="Alder")], KEYED)
    return TextRedactor(finder, (), KEYED).redact(text)


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("王芳", "《王芳》说王芳来了", "《Alder》说Alder来了"),
        ("王芳", "芳，你好", "Alder，你好"),
        ("王芳", "小芳和王老师", "小Alder和Alder老师"),
        ("王芳", "老王，小王来了", "老Alder，小Alder来了"),
        ("欧阳娜", "娜娜来了", "Alder来了"),
        ("王小明", "小明今天在", "Alder今天在"),
        ("山田太郎", "山田太郎さんが来た", "Alderさんが来た"),
        ("山田太郎", "山田さん、太郎は", "Alderさん、Alderは"),
        ("山田 太郎", "太郎くんと山田先生", "AlderくんとAlder先生"),
        ("さくら", "さくらちゃんが", "Alderちゃんが"),
        ("サクラ", "サクラは元気", "Alderは元気"),
        ("김민준", "김민준이 왔어요, 민준아", "Alder이 왔어요, Alder아"),
        ("김 민준", "민준이는 학교에 갔다", "Alder이는 학교에 갔다"),
        ("김민준", "김 선생님", "Alder 선생님"),
        ("สมชาย ใจดี", "คุณสมชายมาแล้ว", "คุณAlderมาแล้ว"),
        ("محمد العلي", "قلت لمحمد ومحمد والعلي", "قلت لAlder وAlder وAlder"),
        ("נועה לוי", "נתתי לנועה, ונועה באה", "נתתי לAlder, וAlder באה"),
        ("अनीता शर्मा", "अनीता ने कहा, अनीताजी", "Alder ने कहा, Alderजी"),
        ("Ольга Иванова", "книга Ольги, сказал Ольге Ивановой", "книга Alder, сказал Alder Alder"),
        ("Андрей Ковальчук", "дал Андрею, с Андреем", "дал Alder, с Alder"),
        ("Γιώργος Παπαδόπουλος", "του Γιώργου", "του Alder"),
        ("გიორგი", "გიორგის სახლი", "Alderს სახლი"),
        ("Иван Петров", "звонила Петрова, с Петровой и Петровыми", "звонила Alder, с Alder и Alder"),
        ("Остап Ковальський", "Ковальська прийшла", "Alder прийшла"),
        ("Zdzisław Pawlikowski", "rozmawiałem z Pawlikowską o tym", "rozmawiałem z Alder o tym"),
        ("Jan Novotný", "byli jsme u Novotné na kafi", "byli jsme u Alder na kafi"),
        ("אביב כהן", "האביב הגיע, ואביב בא", "האביב הגיע, וAlder בא"),
        ("Mara Ellison", "用Mara这个目录，/data/ellison里面", "用Alder这个目录，/data/alder里面"),
        ("Mara Ellison", "Маша и Mara, сказалMara", "Маша и Alder, сказалAlder"),
    ],
)
def test_a_name_is_found_as_its_script_writes_it(name, text, shared):
    assert redact(name, text) == shared


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("王芳", "芬芳的花"), ("王芳", "国王来了"), ("김민준", "김밥을 먹었다"), ("さくら", "おさくらげ")),
        *(("サクラ", "サクラメント"), ("محمد", "محمدية"), ("נועה", "תנועה"), ("Анна", "аннотация")),
        *(("Mara", "maraña"), ("अनीता", "सुनीता"), ("สมชาย ใจดี", "สมชัย"), ("นภา", "ในวันนภากาศ")),
        ("ሰላም", "ሰላምታ"),  # of a script that the table does not know
    ],
)
def test_the_inside_of_a_longer_word_is_nobody(name, text):
    assert redact(name, text) == text


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("芳老师", True),
        ("x芳老师", True),
        ("芳香", False),
        ("国芳老师", False),
        ("小芳", True),
        ("芳", True),
        ("国芳", False),
    ],
)
def test_one_character_means_somebody_alone_or_beside_what_people_are_called(text, called):
    place = text.index("芳")
    assert is_called(text, place, place + 1) is called


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        *(("x王哥", True), ("国王哥", False), ("x王老师", True), ("国王老师", True), ("王 老师", True)),
        *(("王", False), ("x王x", False), ("老王", True), ("国老王", False)),
    ],
)
def test_a_family_s_name_stands_beside_a_title_of_one_character_only_where_a_word_begins(text, beside):
    place = text.index("王")
    assert beside_title(text, place, place + 1) is beside


def test_particles_follow_each_other_but_not_without_end():
    assert redact("김 민준", "민준만만만") == "Alder만만만"
    assert redact("김 민준", "민준만만만만") == "민준만만만만"


@pytest.mark.parametrize("name", sorted(table().scripts))
def test_each_script_knows_its_letters(name):
    script = table().scripts[name]
    assert SCRIPT_OF[script.letters[0]] == name
    assert SCRIPT_OF[" "] == SCRIPT_OF["1"] == ""
