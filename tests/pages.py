"""The demo behind Datasette's own client, for the tests of the pages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import yaml
from conftest import ROOT
from datasette.app import Datasette

METADATA = yaml.safe_load((ROOT / "metadata.yml").read_text(encoding="utf-8"))


class Site:
    """A file served with `metadata.yml`, and what it answers."""

    def __init__(self, *databases: Path, settings: dict[str, Any] | None = None, **metadata: Any) -> None:
        files = [str(path) for path in databases]
        self.datasette = Datasette(files, metadata={**METADATA, **metadata}, settings=settings)
        self._app: Any = None

    def get(self, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        """The answer to one request; as JSON in `.json()`, as text in `.text`."""

        async def ask() -> httpx.Response:
            await self.datasette.invoke_startup()
            self._app = self._app or self.datasette.app()
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://demo.test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def ok(self, path: str) -> str:
        """The text of a page that is there."""
        response = self.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.text
