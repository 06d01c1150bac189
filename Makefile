# Everything a person or a machine does with this checkout. `make` alone lists it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# An assessment worth reading, printed by `make run`.
EXAMPLE := examples/knee-osteoarthritis.yaml

# Where the tests look for PostgreSQL.
DOLENTI_TEST_POSTGRES ?= postgres://postgres@127.0.0.1:5432/dolenti
export DOLENTI_TEST_POSTGRES

.DEFAULT_GOAL := help
.PHONY: help run install develop words test night test-fast test-postgres generative looks crash load fuzz lint format bench mutation lock clean twelve days pages
.DELETE_ON_ERROR:

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install words ## Install, load a demo clinic, explain one assessment, serve the site (PORT=8000)
	@$(BIN)/django-admin migrate --settings=dolenti.config.settings --verbosity=0
	@$(BIN)/dolenti demo
	@$(BIN)/dolenti assess $(EXAMPLE)
	@$(BIN)/dolenti serve --port $(PORT)

install: $(VENV)/run.stamp ## Install what the site and the command line need, as locked

develop: $(VENV)/dev.stamp ## Install what tests and checks need too, as locked

# A stamp is newer than what it was made from, so a second `make run` installs nothing.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Dolenti needs Python 3.11 or later: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt requirements/build.txt pyproject.toml site/pyproject.toml build_hook.py | $(VENV)/bin/python
	@echo "Installing the locked dependencies"
	@$(PIP) --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(PIP) --no-deps --no-build-isolation --editable . --editable ./site
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing the locked development dependencies"
	@$(PIP) --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@

words: $(VENV)/run.stamp ## Compile the French of the screens where its text is newer
	@$(BIN)/python build_hook.py

# One more than there are cores: a test that waits for a disk, a browser or a database leaves one free.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

test: develop words ## Run the tests, on SQLite and on PostgreSQL (`make night` runs them all)
	@$(MAKE) --no-print-directory test-postgres
	$(BIN)/pytest $(SPREAD) $$($(BIN)/python tests/services.py >/dev/null && echo --after-postgres)

night: develop words ## Run every test there is, the site's on both databases (half an hour)
	@NIGHT=yes $(MAKE) --no-print-directory test

test-fast: develop ## Run the tests of the rules only: no site, no browser, no database
	$(BIN)/pytest tests/unit tests/spec

# What is dear to begin stays with one process (see TOGETHER in tests/conftest.py).
SPREAD = -n $(WORKERS) --dist loadgroup

# The site's tests on PostgreSQL: what leans on it, by night all (tests/conftest.py). First, so that `make test` ends with the whole count.
# The backups open databases of their own, of both kinds, and see nothing of this choice.
SITE_TESTS = $(wildcard tests/web tests/crash)
NOT_TWICE = --ignore=tests/web/archive
test-postgres: develop words ## Run the site's tests on PostgreSQL (DOLENTI_TEST_POSTGRES says where)
	@test -z "$(SITE_TESTS)" && exit; $(BIN)/python tests/services.py; case $$? in \
		0) echo "The site's tests, on PostgreSQL: $(SITE_TESTS)"; \
		   DATABASE_URL=$(DOLENTI_TEST_POSTGRES) $(BIN)/pytest $(SPREAD) $(NOT_TWICE) $(SITE_TESTS);; \
		3) ;; \
		*) exit 1;; \
	esac

# New worlds each time. GENERATIVE_SEED, which is shown, gives the same batches again.
generative: develop ## Let the three readers of conditions disagree if they can (half an hour)
	@seed=$${GENERATIVE_SEED:-$$(date +%s)}; echo "GENERATIVE_SEED=$$seed"; \
		GENERATIVE_SEED=$$seed HYPOTHESIS_PROFILE=long $(BIN)/pytest -n auto tests/generative

# Every page x every role x every state, whole: CI asks each page by one role or two, by turns.
MATRIX := tests/web/test_fuzz_site.py tests/web/test_states.py tests/web/test_permissions.py
fuzz: develop words ## Send sixty nasty values to every form, ask every page in every state, by every role; change every file; on both databases
	FUZZ=large $(BIN)/pytest $(SPREAD) tests/unit/test_fuzz_readers.py tests/unit/test_fuzz_site_readers.py tests/unit/test_fuzz_kept_files.py $(MATRIX)
	@$(BIN)/python tests/services.py; case $$? in \
		0) echo "The site's, on PostgreSQL"; \
		   FUZZ=large DATABASE_URL=$(DOLENTI_TEST_POSTGRES) $(BIN)/pytest $(SPREAD) $(MATRIX);; \
		3) ;; \
		*) exit 1;; \
	esac

lint: develop ## Check style, types, the direction of imports, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@$(call each_template,--check)

format: develop ## Put code and templates in form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	@$(call each_template,)

each_template = find src -name '*.html' -not -path '*/vendor/*' -print0 \
	| xargs --null --no-run-if-empty $(BIN)/djade --target-version 5.2 $(1)

looks: develop words ## Look at every page in every width and colour, in both languages (four minutes)
	EVERY_LOOK=yes $(BIN)/pytest $(SPREAD) tests/e2e/test_every_page.py

twelve: develop words ## Work through the twelve cases at both widths, and write the table of docs/asking.md
	KEEP_THE_TABLE=yes $(BIN)/pytest tests/e2e/test_twelve.py

pages: develop words ## Write the tables of docs/ that are printed from the code
	DJANGO_SETTINGS_MODULE=dolenti.config.settings $(BIN)/python -m tests.unit.ledger.test_life_cycles
	DJANGO_SETTINGS_MODULE=dolenti.config.settings $(BIN)/python -m tests.unit.access.test_limits
	$(BIN)/python -m tests.unit.guideline.serum.test_page
	$(BIN)/python -m tests.unit.fhir.test_readings

days: develop words ## Count a day of each role at both widths, and write the table of docs/days.md
	KEEP_THE_TABLE=yes $(BIN)/pytest tests/e2e/test_counted_days.py

crash: develop words ## Kill the site eight times, fill its disk, restore while writing; on both databases
	CRASH_ROUNDS=8 $(BIN)/pytest tests/crash
	@$(BIN)/python tests/services.py; case $$? in \
		0) CRASH_ROUNDS=8 DATABASE_URL=$(DOLENTI_TEST_POSTGRES) $(BIN)/pytest tests/crash;; \
		3) ;; \
		*) exit 1;; \
	esac

load: develop ## Let thirty people work for 90 s on each database (KEEP=--keep writes the table)
	$(BIN)/python bench/load.py $(KEEP)

bench: develop ## Measure against the budgets, and print the table
	@for bench in $(sort $(wildcard bench/bench_*.py)); do $(BIN)/python $$bench || exit 1; done

mutation: develop ## Change the rules' code and list what no test noticed (MUTANTS='dolenti.guideline.dates*')
	$(BIN)/mutmut run $(if $(MUTANTS),'$(MUTANTS)') && $(BIN)/mutmut results

# Hashes of every file of each release, for every platform; no address of any index. Nothing is
# built from source but PySpark, which is published in no other form, and our own engine, which the
# site asks for and no lock holds.
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--only-binary :all: --no-binary pyspark --no-binary dolenti --no-emit-package dolenti \
	--no-build-isolation --generate-hashes --custom-compile-command "make lock"
lock: ## Lock the dependencies again, with hashes (UPGRADE=--upgrade for newer ones)
	@test -x $(BIN)/uv || $(MAKE) develop
	$(COMPILE) $(UPGRADE) --output-file requirements/dev.txt pyproject.toml site/pyproject.toml --extra spark --extra population --group dev
	$(COMPILE) --constraints requirements/dev.txt --output-file requirements/run.txt site/pyproject.toml
	$(COMPILE) --constraints requirements/dev.txt --output-file requirements/build.txt \
		--group pyproject.toml:build
	@! grep -nE '://|^ *-(-(extra-)?(index|find)|[a-z])' requirements/*.txt \
		|| { echo "A lock file names an index or a place: see above"; exit 1; }

clean: ## Remove what is made here; databases are kept
	rm -rf $(VENV) build dist mutants staticfiles test-results
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
