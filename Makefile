# Needs Python 3.11 or later and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test quick coverage agreement hostile faults reliability lint bench screenshots aria clean

demo: .venv/ready  ## build the demo, export it and serve it at http://127.0.0.1:8001
	$(BIN)/python -m build_db data/ cass.db
	$(BIN)/python -m build_db export cass.db exports/
	$(BIN)/datasette cass.db -m metadata.yml

test: .venv/ready  ## run every test, on all cores
	$(BIN)/python -m pytest -n auto

quick: .venv/ready  ## run every test but those in a browser
	$(BIN)/python -m pytest -n auto -m "not browser"

coverage: .venv/ready  ## run every test and print the branches that none takes
	$(BIN)/python -m pytest -n auto --cov

agreement: .venv/ready  ## build 20,000 trees of random people: redactor and witness must agree on each
	HYPOTHESIS_PROFILE=search AGREEMENT_EXAMPLES=20000 $(BIN)/python -m pytest tests/witness/test_agreement.py

hostile: .venv/ready  ## build 5,000 trees that a crash, a hand or an attacker has been at
	HYPOTHESIS_PROFILE=search HOSTILE_EXAMPLES=5000 $(BIN)/python -m pytest -n auto tests/hostile

faults: .venv/ready  ## fail every call of every command once, in every way; needs gcc and Linux
	FAULTS=all $(BIN)/python -m pytest tests/hostile/test_faults.py

reliability: .venv/ready  ## fail every call, build 10,000 spoiled trees, and write the table of docs/reliability.md
	$(BIN)/python benchmarks/reliability.py all 10000 --write

lint: .venv/ready  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready  ## builds and exports beside bare SQLite, redaction beside its bars, questions and pages timed
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/redaction.py
	$(BIN)/python benchmarks/people.py
	$(BIN)/python benchmarks/adversarial.py
	$(BIN)/python benchmarks/exports.py
	$(BIN)/python benchmarks/queries.py
	$(BIN)/python benchmarks/pages.py

screenshots: .venv/ready  ## take the pictures of the README; needs Chromium
	$(BIN)/python tests/screenshots.py

aria: .venv/ready  ## write the demo's database of Aria from the texts in tests/aria/
	$(BIN)/python tests/write_aria.py

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis cass.db
