# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PASSDOWN_DATA ?= ../shared/data
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-fit demo test check lint types contracts bench evals pictures fit lock clean

help: ## show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(VENV)/.core ## make .venv with what the product needs
setup-dev: $(VENV)/.dev ## the same and what tests and checks need
setup-fit: $(VENV)/.fit ## the same and what fitting the reader needs (PyTorch; about 1 GB)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Passdown needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: requirements.lock pyproject.toml | $(BIN)/python
	@echo "setting up $(VENV) (once; about a minute)"
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.core
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.fit: $(VENV)/.dev
	$(INSTALL) --no-build-isolation -e '.[fit]'
	@touch $@

demo: $(VENV)/.core ## the whole loop on the sample community; EXPORT=path for your own archive
	@$(BIN)/passdown demo $(if $(EXPORT),--export "$(EXPORT)")

test: check ## lint, strict types, import contracts and all tests

check: lint types contracts $(VENV)/.dev
	$(BIN)/pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## performance as ratios against named baselines
	$(BIN)/python -m evals.bench $(ARGS)

RUNS ?= eval-runs
evals: $(VENV)/.dev ## every measure beside baselines with 95 % intervals, and a page of them in eval-runs; NAME=facets for one
	@for name in $(or $(NAME),$$($(BIN)/passdown eval list --names)); do \
	  $(BIN)/passdown eval run $$name --out $(RUNS) $(ARGS) || exit; done
	@$(BIN)/passdown eval report $(RUNS)

pictures: $(VENV)/.core ## draw the screens of the README anew from the sample community, in tui/pictures
	$(BIN)/python -m tui.picturing $(ARGS)

fit: $(VENV)/.fit ## fit the reader (hours; a kill costs an epoch), triage and its first pass on $PASSDOWN_DATA/labels/facets_more
	$(BIN)/python -m evals.fit.reader $(ARGS)
	$(BIN)/python -m evals.fit.triage
	$(BIN)/python -m evals.fit.first_pass
	$(BIN)/python -m evals.fit.replies

lock: ## pin anew (needs uv); names no registry host
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 pyproject.toml --extra build -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 pyproject.toml --extra build --extra dev --extra evals --extra site -o requirements-dev.lock

clean: ## remove what set-up and checks made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
