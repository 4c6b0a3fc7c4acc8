# Everything runs in .venv inside this checkout; nothing is installed elsewhere.
#   make demo            set up and serve the demo site on PORT (8000)
#   make test            set up and run the tests (no browser, no PostgreSQL)
#   make test-all        the same, then the browser and the PostgreSQL tests
# Other Python: make PYTHON=python3.13 …   More arguments: make test ARGS="-k submit"

SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
VENV ?= .venv
ARGS ?=
WORKERS ?= 2

PY := $(VENV)/bin/python
META := pyproject.toml setup.cfg constraints.txt
# Without compiling every module at once: the first start is quicker.
PIP := $(PY) -m pip --quiet --disable-pip-version-check install --constraint constraints.txt

.DELETE_ON_ERROR:
.PHONY: env demo test test-browser test-postgres test-all lint clean

$(PY):
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "wagtail-helpdesk needs Python 3.11 or newer. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(META) | $(PY)
	@echo "Installing what the demo needs …"
	@$(PIP) --editable ".[demo,postgres,redis,worker]"
	@touch $@

$(VENV)/.env: $(META) | $(PY)
	@echo "Installing what the tests need …"
	@$(PIP) --editable ".[demo,postgres,redis,worker,test,browser,lint]"
	@touch $(VENV)/.demo $@

env: $(VENV)/.env
