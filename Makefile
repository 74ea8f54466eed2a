# Needs Python 3.11 or later and make; everything else goes into .venv.
PYTHON ?= python3
BIN := .venv/bin
# The versions that the tests ran with, each file by its digest. `make LOCK= ...` takes the newest that pyproject.toml allows.
LOCK ?= requirements-dev.txt

.PHONY: demo test quick next spark coverage agreement hostile fuzz mutants visitors faults reliability lint lock bench screenshots aria reference clean

demo: .venv/ready  ## build the demo, export it and serve it at http://127.0.0.1:8001
	$(BIN)/python -m build_db data/ cass.db
	$(BIN)/python -m build_db export cass.db exports/
	$(BIN)/datasette cass.db -m metadata.yml

test: .venv/ready  ## run every test, on all cores
	$(BIN)/python -m pytest -n auto

quick: .venv/ready  ## run every test but those in a browser
	$(BIN)/python -m pytest -n auto -m "not browser"

next: .venv/next/ready  ## run the tests of the pages under the alpha of Datasette 1.0, but those in a browser
	.venv/next/bin/python -m pytest -n auto -m "not browser" tests/pages

spark: .venv/spark/ready  ## ask PySpark the questions of docs/scale.md, too; needs Java 17
	SPARK_PYTHON=$(CURDIR)/.venv/spark/bin/python $(BIN)/python -m pytest tests/many/test_scale.py

coverage: .venv/ready  ## run every test and print the branches that none takes
	$(BIN)/python -m pytest -n auto --cov

agreement: .venv/ready  ## build 20,000 trees of random people: redactor and witness must agree on each
	HYPOTHESIS_PROFILE=search AGREEMENT_EXAMPLES=20000 $(BIN)/python -m pytest tests/witness/test_agreement.py

hostile: .venv/ready  ## build 5,000 trees that a crash, a hand or an attacker has been at
	HYPOTHESIS_PROFILE=search HOSTILE_EXAMPLES=5000 $(BIN)/python -m pytest -n auto tests/hostile

fuzz: .venv/ready  ## have atheris look for what breaks a parser or the redactor, 5 minutes for each of 8; needs Linux
	$(BIN)/python tests/fuzz.py all 300

mutants: .venv/ready  ## change one thing a time where privacy hangs on it, 100 times; SEED=2 takes others
	$(BIN)/python tests/mutants.py 100 $(or $(SEED),1)

faults: .venv/ready  ## fail every call of every command once, in every way; needs gcc and Linux
	FAULTS=all $(BIN)/python -m pytest tests/hostile/test_faults.py

reliability: .venv/ready  ## fail every call, build 10,000 spoiled trees, and write the table of docs/reliability.md
	$(BIN)/python benchmarks/reliability.py all 10000 --write

visitors: .venv/ready  ## follow every link of the demo, send 20,000 rude requests, and let 50 readers in again and again
	HYPOTHESIS_PROFILE=search VISITORS_REQUESTS=20000 VISITORS_OF_A_KIND=1000000 VISITORS_ROUNDS=20 \
	  $(BIN)/python -m pytest tests/pages/test_visitors.py

lint: .venv/ready  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready  ## builds and exports beside bare SQLite, redaction beside its bars, questions and pages timed
	$(BIN)/python benchmarks/build.py
	$(BIN)/python benchmarks/build.py --profile --write
	$(BIN)/python benchmarks/again.py
	$(BIN)/python benchmarks/redaction.py
	$(BIN)/python benchmarks/people.py
	$(BIN)/python benchmarks/written.py
	$(BIN)/python benchmarks/messages.py
	$(BIN)/python benchmarks/adversarial.py
	$(BIN)/python benchmarks/exports.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/queries.py
	$(BIN)/python benchmarks/pages.py

screenshots: .venv/ready  ## take the pictures of the README; needs Chromium
	$(BIN)/python tests/screenshots.py

aria: .venv/ready  ## write the demo's database of Aria from the texts in tests/aria/
	$(BIN)/python tests/write_aria.py

reference: .venv/ready  ## write docs/commands.md, docs/schema.md and the picture in docs/architecture.md from the code
	$(BIN)/python tests/write_reference.py

lock: .venv/ready  ## write into requirements-dev.txt what pyproject.toml asks for; UPGRADE=--upgrade takes newer versions
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --custom-compile-command "make lock" $(UPGRADE) --quiet --output-file requirements-dev.txt
	grep -o '^datasette==1[^ ]*' requirements-next.txt > .venv/next.in
	grep -o '^[^ #]*==[^ ]*' requirements-dev.txt | grep -v '^datasette==' > .venv/same.txt
	$(BIN)/uv pip compile .venv/next.in --constraint .venv/same.txt --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements-next.txt

.venv/ready: pyproject.toml $(LOCK)
	$(PYTHON) -m venv .venv
ifdef LOCK
	$(BIN)/python -m pip install --quiet --require-hashes --requirement $(LOCK) || \
	  { echo "$(LOCK): not installed, see above; make LOCK= $(MAKECMDGOALS) takes the newest versions, unchecked" >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
else
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
endif
	touch $@

# Datasette 1.0 and what it needs, over everything that .venv has.
.venv/next/ready: requirements-next.txt .venv/ready
	$(BIN)/python -m venv .venv/next
	.venv/next/bin/python -m pip install --quiet --require-hashes --requirement requirements-next.txt
	place='import sysconfig; print(sysconfig.get_path("purelib"))'; \
	  { $(BIN)/python -c "$$place"; echo "$(CURDIR)"; echo "$(CURDIR)/plugins"; } > "$$(.venv/next/bin/python -c "$$place")/next.pth"
	touch $@

# By itself: a download of 456 MB that one test needs.
.venv/spark/ready: .venv/ready
	$(PYTHON) -m venv .venv/spark
	.venv/spark/bin/python -m pip install --quiet pyspark==4.3.0
	touch $@

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz .mutants cass.db
