# Needs make and Python 3.11 or newer; everything else goes to .venv.
# `make help` lists the targets; ARGS="..." is passed on to what they start.

PY ?= python3
UV ?= uv
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --custom-compile-command 'make lock' pyproject.toml
LONG := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow --durations 10
CORE := blind_index/*,escrow/*
WEB_SOURCES := $(shell find api/web -path "*/node_modules" -prune -o \
	-path "*/dist" -prune -o -type f -print)
WEB_TESTS := $(wildcard tests/web/*.test.js tests/web/*.test.mjs)
SHELLS := api/*,keyservice/*,escrow/command/*

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install web dev run test check format tests web-tests coverage \
	long long-journeys long-kills long-browser long-others \
	threats match-quality fuzz-keys screenshots web-bench vectors tables migrations \
	journeys-postgres lock clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.stamp-run web  ## set everything up in .venv

web: api/web/dist/site.json  ## build the survivor's pages

run: install  ## set up, then start the demo on this machine
	$(BIN)/alongside demo $(ARGS)

test: web check tests web-tests  ## set up, then check and run all tests

dev: $(VENV)/.stamp-dev  ## set up with the developers' tools

check: dev  ## format, lint, types, architecture; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: dev  ## let the formatter and the safe fixes change files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

tests: dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --durations 10 $(ARGS)

coverage: dev  ## run the tests again and say which lines none of them reached
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include '$(CORE)' --omit 'escrow/command/*' \
		--fail-under 95
	$(BIN)/coverage report --include '$(SHELLS)' --fail-under 85

web-tests: api/web/node_modules/.stamp
	cd api/web && PATH="$$PATH:$(CURDIR)/$(BIN)" npm run --silent check
	PATH="$$PATH:$(CURDIR)/$(BIN)" node --test $(WEB_TESTS)

journeys-postgres: dev  ## every journey, and each program's own tests, on PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --database postgres \
		-m "" --deselect tests/journeys/test_kills.py::test_a_long_sweep_of_kills \
		tests/journeys tests/api tests/keyservice tests/registrar \
		tests/operation/test_dumps.py $(ARGS)

long: long-journeys long-kills long-browser long-others  ## all that make test leaves out, in parts

long-journeys: dev  ## journeys with a twin in memory, old backups, cut-off clients
	$(LONG) tests/journeys --ignore tests/journeys/test_kills.py $(ARGS)

long-kills: dev  ## five hundred kills of servers at any moment; KILL_ROUNDS, KILL_SEED
	$(LONG) tests/journeys/test_kills.py $(ARGS)

long-browser: dev web  ## more states, languages and failures in Chromium
	$(LONG) tests/browser $(ARGS)

long-others: dev  ## sweeps in memory, the programs' own slow tests
	$(LONG) tests/api tests/keyservice tests/operation tests/registrar tests/world tests/escrow \
		$(ARGS)

threats: dev  ## attack every claim, with controls; ARGS="--only C05", "--quick"
	$(BIN)/python -m threat_model.report $(ARGS)

match-quality: $(VENV)/.stamp-match  ## how well match keys find a person
	$(BIN)/alongside match-quality $(ARGS)

fuzz-keys: dev api/web/node_modules/.stamp  ## Python and Node derive the same keys
	$(BIN)/python -m tests.match_data.fuzz_keys $(or $(COUNT),20000)

screenshots: dev web  ## every state of the pages, phone and desktop, to build/
	$(BIN)/python -m tests.browser.screenshots build/screenshots

web-bench: dev web  ## what the pages cost in Chromium: bytes, seconds, long tasks
	$(BIN)/python -m tests.browser.speed $(ARGS)

vectors: dev  ## write the vectors that Python and JavaScript share
	$(BIN)/python -m tests.vectors_json.generate

tables: dev  ## write the English nicknames and the browser's word lists anew
	$(BIN)/python -m tests.blind_index.nickname_table
	$(BIN)/python -m tests.blind_index.web_tables

migrations: dev  ## write the initial migrations anew, as long as nothing is deployed
	$(BIN)/python -m tests.migrations.generate

lock:  ## write the lock files anew (needs uv)
	$(LOCK) --extra postgres --group build -o requirements-run.txt
	$(LOCK) --extra postgres --group build --group dev \
		--constraint requirements-run.txt -o requirements-dev.txt
	$(LOCK) --group node -o requirements-node.txt
	$(LOCK) --group match --constraint requirements-dev.txt \
		-o requirements-match.txt

clean:  ## remove the environment and every cache
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache api/web/node_modules api/web/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.stamp-venv:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Alongside needs Python 3.11 or newer, $(PY) is not:" \
		"say make PY=python3.11" >&2; exit 1; }
	@$(PY) -c 'import ensurepip, venv' || { \
		echo "$(PY) cannot make environments:" \
		"on Debian, apt install python3-venv" >&2; exit 1; }
	$(PY) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.stamp-%: requirements-%.txt pyproject.toml $(VENV)/.stamp-venv
	$(PIP) --require-hashes -r $<
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.stamp-match: | $(VENV)/.stamp-dev

# Node builds the pages; where it is missing, PyPI has it.
$(VENV)/.stamp-node: requirements-node.txt $(VENV)/.stamp-venv
	@command -v npm >/dev/null || { echo "node is missing: it comes from PyPI"; \
		$(PIP) --require-hashes -r $<; }
	@touch $@

api/web/node_modules/.stamp: api/web/package-lock.json $(VENV)/.stamp-node
	cd api/web && PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-progress
	@touch $@

api/web/dist/site.json: api/web/node_modules/.stamp $(WEB_SOURCES)
	cd api/web && PATH="$$PATH:$(CURDIR)/$(BIN)" node build.mjs
