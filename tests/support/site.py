"""The demo behind Datasette's own client, for the tests of the pages."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx
import yaml
from conftest import ROOT
from daemon_look.kinds import KINDS
from daemon_pages.hosts import IS_OLD, Actor
from datasette.app import Datasette

HOSTILE = (
    "<script>alert(1)</script></title><img src=x onerror=alert(2)> [go](javascript:alert(3)) [d](data:text/html,x) "
    "![pixel](https://evil.example/pixel.png) [[<b>x</b>|<i>y</i>]] \u202etxt.exe\u202c \u2066x\u2069 "
    "<gesture:x onload=1> <svg/onload=alert(4)> \"onmouseover='alert(5)' {{ 7 * 7 }} <javascript:alert(6)> \x00\x0b"
)
METADATA = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))


def serving(files: Iterable[Path], said: Mapping[str, Any], **options: Any) -> Datasette:
    """A Datasette, of whichever version, that is told what a `metadata.yml` says."""
    # 1.0 takes all of it as configuration, too; one word at a time, as it takes metadata, it needs seconds to start.
    way = "metadata" if IS_OLD else "config"
    datasette = Datasette([str(path) for path in files], **{way: dict(said)}, **options)
    datasette.root_enabled = True  # as by --root, without which 1.0 knows no root
    return datasette


class Site:
    """A file served with `metadata.yml`, and what it answers."""

    def __init__(self, *databases: Path, settings: dict[str, Any] | None = None, **metadata: Any) -> None:
        self.datasette = serving(databases, {**METADATA, **metadata}, settings=settings)
        self._app: Any = None

    def get(self, path: str, method: str = "GET", actor: Actor = None, **options: Any) -> httpx.Response:
        """The answer to one request; as JSON in `.json()`, as text in `.text`.

        :param actor: who is logged in
        """
        cookies = {"ds_actor": self.datasette.sign({"a": actor}, "actor")} if actor else None

        async def ask() -> httpx.Response:
            await self.datasette.invoke_startup()
            self._app = self._app or self.datasette.app()
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://demo.test", cookies=cookies) as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def ok(self, path: str) -> str:
        """The text of a page that is there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.text


def write_hostile(demo: Path, path: Path) -> None:
    """The demo with hostile text in every cell that holds words, and in lists inside JSON."""
    with sqlite3.connect(demo) as one, sqlite3.connect(path) as other:
        one.backup(other)
        other.execute("PRAGMA foreign_keys = OFF")
        for kind in KINDS.values():
            columns = [name for name in (kind.dialogue, *kind.text, *kind.folded, *kind.facts) if name]
            if kind.title.isidentifier():
                columns.append(kind.title)
            for column in columns:
                value = f"json_array(?, json_object(?, ?), '{kind.slug}')" if column.endswith("_json") else "?"
                other.execute(f"UPDATE {kind.table} SET {column} = {value}", [HOSTILE] * value.count("?"))
        marks = "json_array(json_object('category', ?, 'description', ?))"
        moves = "json_array(json_object('name', ?))"
        noticed = "json_array(json_object('observation', ?))"
        sql = f"marks_json = {marks}, animations_json = {moves}, self_observations_json = {noticed}"
        other.execute(f"UPDATE messages SET content = ?, role = ?, {sql}", [HOSTILE] * 6)
        other.execute("UPDATE conversations SET title = ?, working_summary = ?", [HOSTILE] * 2)
        other.execute("UPDATE users SET display_name = ?", [HOSTILE])
        statements = "json_array(json_object('statement', ?))"
        sql = f"identity_statements_json = {statements}, values_json = json_array(?), notes = ?"
        other.execute(f"UPDATE daemon_profiles SET {sql}", [HOSTILE] * 3)
        other.execute("UPDATE token_usage SET model = ?", [HOSTILE])
        other.execute("UPDATE search_documents SET kind = ?", [HOSTILE])
