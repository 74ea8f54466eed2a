# Needs Python 3.10 or later and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint bench clean

demo: .venv/ready  ## build the demo and serve it at http://127.0.0.1:8001
	$(BIN)/python -m build_db data/ cass.db
	$(BIN)/datasette cass.db -m metadata.yml

test: .venv/ready  ## run every test
	$(BIN)/python -m pytest

lint: .venv/ready  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready  ## how builds and exports compare with bare SQLite, redaction with its bars, and how long questions take
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/redaction.py
	$(BIN)/python benchmarks/exports.py
	$(BIN)/python benchmarks/queries.py

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis cass.db
