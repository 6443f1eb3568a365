# Two commands are enough: `make run` and `make test`. `make help` names the others.

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

# PostgreSQL's driver is installed where the settings name PostgreSQL.
ifneq (,$(findstring postgres,$(DATABASE_URL)$(shell grep -s '^DATABASE_URL=' .env)))
EXTRAS := postgres
endif

export YAML_RULES := {extends: default, rules: {line-length: {max: 100}, document-start: disable}}

NEEDS := pyproject.toml constraints.txt
RUNNABLE := $(VENV)/.installed-run$(addprefix -,$(EXTRAS))
TESTABLE := $(VENV)/.installed-test
NODE_TOOLS := node_modules/.installed

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: $(RUNNABLE) ## Install what is missing and start the bot.
	@exec $(BIN)/python -m bot run

.PHONY: install
install: $(RUNNABLE) ## Install what the bot needs to run, without starting it.

.PHONY: test
test: $(TESTABLE) $(if $(shell command -v npm),$(NODE_TOOLS)) ## Run all tests, then the coverage bars.
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n 2 --cov --cov-report= $(PYTEST_ARGS)
	@$(BIN)/python tests/house/coverage_bars.py

.PHONY: coverage
coverage: $(TESTABLE) ## Show the coverage of the last test run, missing lines included.
	$(BIN)/coverage report

.PHONY: check
check: $(TESTABLE) ## Format, lint, types, layers, YAML, Dockerfile: changes nothing.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/yamllint --strict --config-data "$$YAML_RULES" $(wildcard *.yaml)
	$(BIN)/hadolint Dockerfile
	$(PIP) check

.PHONY: format
format: $(TESTABLE) ## Format the code and mend what ruff can mend.
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(TESTABLE) ## Run every benchmark.
	@set -e; for benchmark in bench/bench_*.py; do \
	    echo "== $$benchmark"; $(BIN)/python -m "$$(basename "$${benchmark%.py}" | sed 's/^/bench./')"; \
	done

.PHONY: pictures
pictures: $(TESTABLE) ## Make the pictures of docs/pictures from the running bot, with Chromium.
	$(BIN)/python -m bench.pictures

.PHONY: constraints
constraints: ## Install everything anew in a scratch environment and pin what came.
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && set -e; \
	$(find_python); "$$python" -m venv "$$scratch"; \
	"$$scratch/bin/pip" install --quiet --upgrade setuptools; \
	"$$scratch/bin/pip" install -qq --no-build-isolation '.[test,postgres]'; \
	{ sed -n '/^#/p' constraints.txt; \
	  "$$scratch/bin/pip" freeze --all | grep -v -e '^leaders-bot' -e '^pip=='; } > constraints.new; \
	mv constraints.new constraints.txt; rm -rf build leaders_bot.egg-info

.PHONY: clean
clean: ## Remove what installing, testing and checking made. Your data/ and .env stay.
	rm -rf $(VENV) node_modules build leaders_bot.egg-info test-results htmlcov .coverage .coverage.* \
	    .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

define find_python
python=; for name in python3.11 python3; do \
    if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
    then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
    echo "Python 3.11 or newer is needed, and neither python3.11 nor python3 is that." >&2; exit 1; \
fi
endef

# setuptools comes first and builds without isolation, so that it is pinned as well.
define install
set -e; $(PIP) install -qq --constraint constraints.txt setuptools; \
$(PIP) install -qq --no-build-isolation --constraint constraints.txt '.$(1)'; \
rm -rf build leaders_bot.egg-info
endef

$(BIN)/python:
	@$(find_python); "$$python" -m venv $(VENV)

$(RUNNABLE): $(NEEDS) | $(BIN)/python
	@echo "Installing what the bot needs..."
	@$(call install,$(if $(EXTRAS),[$(EXTRAS)]))
	@touch $@

$(TESTABLE): $(NEEDS) | $(BIN)/python
	@echo "Installing what the bot and its tests need..."
	@$(call install,[test$(comma)postgres])
	@touch $@

$(NODE_TOOLS): package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

comma := ,
