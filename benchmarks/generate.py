"""A tree of any size, the same for the same seed. No real words about anyone: sentences are drawn from a small list."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

DEMO = Path(__file__).parent.parent / "data"
VOCABULARY = """
    the kettle hums while snow settles on the roof and a slow train crosses the valley toward lamps seeds margins
    maps tides paper glass copper resistor humidity probe greenhouse telescope mirror collimation bread crust
    starter ferment patience answer question before after maybe certainly notice carefully remember promise harbor
    letters choir alto measure twice label shelf drawer index card window weather quiet evening garden frost wire
    solder loop compile test
"""
WORDS = VOCABULARY.split()
NAMES = ("Maribel Ellison", "Anselm Okonjo", "Ingrid Lindqvist", "Tadeusz Novak", "Oriane Farrow")
MODELS = ("claude-haiku-4-5-20251001", "claude-sonnet-4-20250514", "claude-opus-4-5-20251101", "gpt-4o")
MESSAGES_PER_CONVERSATION = 20


# Makes a text of so many words, at least and at most.
Writer = Callable[[random.Random, int, int], str]


def generate(root: Path, messages: int, seed: int = 1, write: Writer | None = None) -> None:
    """Write a tree with `messages` messages, and usage records for every answer.

    :param write: makes the texts; by default of the few words of `VOCABULARY`
    """
    source, write = random.Random(seed), write or _text
    people = [_uuid(source) for _ in NAMES]
    for person, name in zip(people, NAMES, strict=True):
        folder = root / "users" / person
        folder.mkdir(parents=True)
        profile = f"user_id: {person}\ndisplay_name: {name}\ncreated_at: '2025-01-01T08:00:00'\n"
        (folder / "profile.yaml").write_text(profile + "updated_at: '2025-01-01T08:00:00'\n", encoding="utf-8")
    (root / "conversations").mkdir()
    (root / "usage").mkdir()
    now, usage = datetime(2025, 1, 1, 8), {}
    for _ in range(messages // MESSAGES_PER_CONVERSATION):
        now += timedelta(minutes=source.randint(5, 300))
        conversation, now = _conversation(source, now, source.choice(people), write)
        path = root / "conversations" / f"{conversation['id']}.json"
        path.write_text(json.dumps(conversation, indent=2), encoding="utf-8")
        usage.setdefault(now.date().isoformat(), []).extend(_usage(source, conversation))
    for day, records in usage.items():
        (root / "usage" / f"{day}.json").write_text(json.dumps({"date": day, "records": records}, indent=2))


def generate_around_demo(root: Path, messages: int) -> None:
    """Write such a tree with the demo's in it, which has a record of every kind and a second daemon."""
    root.mkdir()
    generate(root, messages)
    shutil.copytree(DEMO, root, dirs_exist_ok=True)


def _conversation(source: random.Random, now: datetime, person: str, write: Writer) -> tuple[dict, datetime]:
    started, messages = now, []
    for turn in range(MESSAGES_PER_CONVERSATION):
        now += timedelta(seconds=source.randint(2, 200), microseconds=source.randint(1, 999_999))
        messages.append(_message(source, now, person, write, answer=bool(turn % 2)))
    return {
        "id": _uuid(source),
        "title": write(source, 4, 7)[:50],
        "created_at": started.isoformat(),
        "updated_at": now.isoformat(),
        "messages": messages,
        "last_summary_timestamp": None,
        "messages_since_last_summary": len(messages),
        "project_id": None,
        "working_summary": write(source, 30, 80) if source.random() < 0.5 else None,
        "user_id": person,
    }, now


def _message(source: random.Random, now: datetime, person: str, write: Writer, *, answer: bool) -> dict:
    metrics = {"narration_score": 0.0, "direct_score": 4.0, "narration_type": "none", "classification": "direct"}
    gesture = {"index": 0, "type": "gesture", "name": "explain", "intensity": 1.0, "delay": 0.0}
    mark = {"category": "insight", "description": write(source, 4, 9)}
    return {
        "role": "assistant" if answer else "user",
        "content": write(source, 40, 160) if answer else write(source, 5, 60),
        "timestamp": now.isoformat(),
        "animations": [gesture] if answer else None,
        "excluded": source.random() < 0.01,
        "user_id": None if answer else person,
        "input_tokens": source.randint(800, 6000) if answer else None,
        "output_tokens": source.randint(20, 400) if answer else None,
        "provider": "anthropic" if answer else None,
        "model": source.choice(MODELS) if answer else None,
        "self_observations": None,
        "user_observations": None,
        "marks": [mark] if answer and source.random() < 0.1 else None,
        "narration_metrics": metrics if answer else None,
    }


def _usage(source: random.Random, conversation: dict) -> list[dict]:
    return [
        {
            "id": _uuid(source),
            "timestamp": message["timestamp"],
            "provider": message["provider"],
            "model": message["model"],
            "category": "chat",
            "operation": "initial_message",
            "input_tokens": message["input_tokens"],
            "output_tokens": message["output_tokens"],
            "total_tokens": message["input_tokens"] + message["output_tokens"],
            "cache_read_tokens": 0,
            "cache_write_tokens": 0,
            "conversation_id": conversation["id"],
            "user_id": conversation["user_id"],
            "tool_name": None,
            "duration_ms": 0,
            "estimated_cost_usd": round(message["input_tokens"] * 1e-6, 6),
        }
        for message in conversation["messages"]
        if message["role"] == "assistant"
    ]


def _text(source: random.Random, least: int, most: int) -> str:
    words = source.choices(WORDS, k=source.randint(least, most))
    return " ".join(words).capitalize() + "."


def _uuid(source: random.Random) -> str:
    digits = f"{source.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
