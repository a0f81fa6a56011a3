# The commands of this project. `make` alone lists them.
# A fresh machine needs Python 3.11, make and git; everything else is installed into .venv.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
APPS := hospital accounts audit notifications patients doctors appointments prescriptions billing analytics assistant
TEMPLATES = $(shell git ls-files --cached --others --exclude-standard '*.html' | grep -v '^static/vendor/')
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off
# One dot for each package, so that a slow download is seen to move; what goes wrong is printed in full.
DOTS := | awk '/^(Collecting|Building|Installing)/ { printf "."; fflush() } END { print "" }'
# On MongoDB the slowest tests are left out; pytest says how many.
PYTEST := $(BIN)/python -m pytest
ON_MONGO := $(BIN)/python tools/mongo_server.py
# How pytest exits when PYTEST_ADDOPTS chose no test of a part
NO_TESTS := 5
# A test server that has seen a thousand tests answers ten times more slowly than a new one: each part gets its own.
# The browser comes first here and last on SQLite, so that two of them do not wait for each other.
MONGO_PARTS := hospital+assistant+e2e accounts+audit+notifications+doctors appointments patients prescriptions billing analytics

export PYTHONUNBUFFERED := 1

##@ Use it

run: .venv/installed  ## start the hospital on http://127.0.0.1:8000 (PORT=8001 make run: elsewhere)
	@exec $(BIN)/python tools/run.py

##@ Work on it

test: .venv/installed-dev browser  ## all tests, on SQLite and on MongoDB, beside each other
	@$(BIN)/python tools/beside.py test-sqlite test-mongo

test-sqlite: .venv/installed-dev browser  ## tests on SQLite; PYTEST_ADDOPTS="-k cancel" chooses some
	@echo "── tests on SQLite"
	@env -u MONGO_URI -u DATABASE_URL $(PYTEST)

test-mongo: .venv/installed-dev browser  ## tests on MongoDB: the server of MONGO_URI, or a test server
	@failed=0; for part in $(MONGO_PARTS); do \
	    echo "── tests on MongoDB: $${part//+/, }"; \
	    $(ON_MONGO) $(PYTEST) -m "not soak and not mongo_slow" $${part//+/ } || { test $$? -eq $(NO_TESTS) || failed=1; }; \
	done; exit $$failed

check: format lint  ## all that must hold before a commit is shared
	@$(BIN)/python tools/beside.py types whole
	@$(MAKE) test

whole: imports templates migrations assets

format: .venv/installed-dev
	@echo "── format"
	@$(BIN)/ruff format --check --quiet || { echo "make fmt formats them."; exit 1; }
	@$(if $(TEMPLATES),$(BIN)/djade --check --target-version 5.2 $(TEMPLATES) || { echo "make fmt formats them."; exit 1; })

lint: .venv/installed-dev
	@echo "── lint"
	@$(BIN)/ruff check --quiet
	@$(if $(TEMPLATES),$(BIN)/djlint --lint --quiet $(TEMPLATES))

types: .venv/installed-dev
	@echo "── types"
	@$(BIN)/mypy

imports: .venv/installed-dev
	@echo "── who imports whom"
	@$(BIN)/lint-imports --no-logo

templates: .venv/installed-dev
	@echo "── templates compile"
	@$(BIN)/python tools/templates.py

migrations: .venv/installed-dev
	@echo "── migrations are complete, on both engines"
	@env -u MONGO_URI -u DATABASE_URL $(BIN)/python manage.py makemigrations --check --dry-run
	@$(ON_MONGO) $(BIN)/python manage.py makemigrations --check --dry-run

assets: .venv/installed-dev
	@echo "── vendored assets are what they were"
	@$(BIN)/python tools/vendor.py --check

fmt: .venv/installed-dev  ## format code and templates
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format
	@$(if $(TEMPLATES),$(BIN)/djade --target-version 5.2 $(TEMPLATES))

soak: .venv/installed-dev browser  ## the long tests, at the size that an issue names, on both engines
	@env -u MONGO_URI -u DATABASE_URL $(PYTEST) -m soak
	@$(ON_MONGO) $(PYTEST) -m soak

bench: .venv/installed-dev  ## measure pages and endpoints; see bench/README.md
	@$(BIN)/python -m bench

safety-report: .venv/installed-dev  ## how the rules of prescribing do on their golden set
	@$(BIN)/python -m prescriptions.tests.golden

assistant-report: .venv/installed-dev  ## how the assistant does on sets of questions and notes (minutes)
	@$(BIN)/python -m assistant.tests.report

##@ Less often

browser: .venv/installed-dev
	@$(BIN)/python tools/browser.py

hooks: .venv/installed-dev  ## check format, lint and types at each commit
	@$(BIN)/pre-commit install

clean:  ## remove .venv and caches; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

help:
	@awk 'BEGIN { FS = ":.*  ## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*  ## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/bin/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=/path/to/python make …)."; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the product runs on (once; about 100 MB) …"
	@$(PIP_INSTALL) -r requirements.txt $(DOTS)
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the checks and tests need (once; about 300 MB) …"
	@$(PIP_INSTALL) -r requirements-dev.txt $(DOTS)
	@touch $@

.PHONY: run test test-sqlite test-mongo check whole format lint types imports templates migrations assets fmt soak bench safety-report assistant-report browser hooks clean help
