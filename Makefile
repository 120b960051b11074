# `make` alone says what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
UV := $(shell command -v uv 2>/dev/null)
NO_WINDOW = echo 'Nothing draws a desktop window here; the tests of it are left out' >&2

.PHONY: help setup run demo-github test check lint bench prove coverage docs screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup: .venv/run.stamp .venv/dev.stamp ## set everything up in .venv/

run: .venv/run.stamp ## start ReviewFlow; without settings it shows a pretend team
	@$(PY) main.py

demo-github: setup ## a pretend GitHub that lives, for ReviewFlow to read; ARGS=--help says what else
	@$(PY) -m tests.github $(ARGS)

test: setup ## run every test that this machine can run
	@$(PY) -m tests

lint: setup ## ruff, mypy and the direction of imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

check: lint test ## what has to be green before a commit

bench: setup ## measure; a table here, JSON in benchmarks/results/
	@$(PY) -m benchmarks

prove: setup ## the property, crash and hostile tests at full counts
	@HYPOTHESIS_PROFILE=prove $(PY) -m tests

coverage: setup ## run the tests and say which lines they missed; fails below 95 %
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m tests
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report

docs: setup ## write docs/configuration.md from the settings
	@$(PY) docs/generate.py

screenshots: setup ## take the pictures of docs/screenshots/ with a headless browser
	@$(PY) -m tests.screenshots

clean: ## remove what `make setup` made
	rm -rf .venv

.venv/bin/python:
	@echo 'Setting up .venv/, once: half a minute, or less with uv' >&2
ifdef UV
	@$(UV) venv --quiet --python '>=3.11' .venv
else
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed'; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'Python needs its venv module: apt-get install python3-venv'; exit 1; }
	@$(PY) -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
endif

.venv/run.stamp: pyproject.toml | .venv/bin/python
ifdef UV
	@$(UV) pip install --quiet --python $(PY) --editable .
else
	@PYTHONWARNINGS=ignore $(PY) -m pip install --quiet --disable-pip-version-check --editable .
endif
	@touch $@

.venv/dev.stamp: pyproject.toml .venv/run.stamp | .venv/bin/python
ifdef UV
	@$(UV) pip install --quiet --python $(PY) --group dev
	@$(UV) pip install --quiet --python $(PY) --editable '.[native]' || $(NO_WINDOW)
else
	@$(PY) -m pip install --quiet --disable-pip-version-check --group dev
	@PYTHONWARNINGS=ignore $(PY) -m pip install --quiet --disable-pip-version-check --editable '.[native]' || $(NO_WINDOW)
endif
	@touch $@
