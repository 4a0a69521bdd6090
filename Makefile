# Two commands for a newcomer: `make demo` (hears a clip) and `make test` (all checks). Needs Python 3.11+ and make.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test check unit fmt clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO_CLIP := src/allears/assets/demo.flac

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.runtime  ## install the runtime (no torch) and hear the clip that ships
	$(BIN)/allears hear $(DEMO_CLIP)

test: $(VENV)/.test check unit  ## install what tests need, then every check and every test

check: $(VENV)/.test  ## style, format, types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $$(scripts/torch_free.sh)
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.test  ## the tests (not the slow ones), a process a core
	$(BIN)/python -m pytest -n auto --dist loadfile

fmt: $(VENV)/.test  ## put the code into shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:  ## remove the environment and every cache
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than pyproject.toml when what it stands for is installed; an environment that exists is reused.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo \
	  "allears needs Python 3.11 or newer, $(PYTHON) is $$($(PYTHON) -V 2>&1): try  make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "no environment: on Debian, apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.runtime: pyproject.toml | $(BIN)/python
	@echo "installing the runtime into $(VENV) (numpy, onnxruntime, soundfile, soxr, rich, unicode-rbnf; no torch)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.test: pyproject.toml scripts/constraints.txt | $(BIN)/python
	@echo "installing what the tests need into $(VENV) (torch too: minutes the first time)"
	@$(PIP) install --editable '.[test]' --constraint scripts/constraints.txt
	@touch $@ $(VENV)/.runtime
