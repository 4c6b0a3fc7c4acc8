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

HOST ?= 127.0.0.1

PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
PYTEST := $(PY) -m pytest
META := pyproject.toml setup.cfg constraints.txt
PIP := $(PY) -m pip --quiet --disable-pip-version-check install --constraint constraints.txt

.DELETE_ON_ERROR:
.PHONY: env demo test test-browser test-postgres test-all lint messages clean

# Debian ships Python without ensurepip: say what mends it, or let uv make the environment.
$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "wagtail-helpdesk needs Python 3.11 or newer, and '$(PYTHON)' is not. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version) …"
	@rm -rf $(VENV)
	@if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then \
		$(PYTHON) -m venv $(VENV); \
	elif command -v uv >/dev/null; then \
		uv venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV); \
	else \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu this mends it:" >&2; \
		echo "    sudo apt-get install -y python3-venv" >&2; \
		exit 1; \
	fi

$(VENV)/.demo: $(META) | $(PY)
	@echo "Installing what the demo needs (a minute or two, once) …"
	@$(PIP) --editable ".[demo,holidays,indonesian,postgres,redis,worker]"
	@touch $@

$(VENV)/.env: $(META) | $(PY)
	@echo "Installing what the tests need (a minute or two, once) …"
	@$(PIP) --editable ".[demo,holidays,indonesian,postgres,redis,worker,test,browser,lint]"
	@touch $(VENV)/.demo $@

env: $(VENV)/.env

# The loaders make what is missing and keep what was entered, so a second start is quick.
# "exec" hands the terminal to the server itself: Ctrl-C ends it, and nothing else was started.
demo: $(VENV)/.demo
	@mkdir -p var
	@PORT=$(PORT) $(MANAGE) prepare_demo --port $(PORT)
	@echo
	@echo "  The site       http://localhost:$(PORT)/"
	@echo "  Support        http://localhost:$(PORT)/support/      Indonesian: http://localhost:$(PORT)/id/support/"
	@echo "  Staff          http://localhost:$(PORT)/admin/"
	@echo "  Sent mail      http://localhost:$(PORT)/demo/mail/"
	@echo "  Logins         admin  leader  level1  level2  level3  dimas      password: helpdesk"
	@echo "                 level1 to level3 work in all divisions, leader leads Network and Devices,"
	@echo "                 dimas works in Billing alone: divisions hide their tickets from each other."
	@echo "                 hannah is a requester: her tickets are under My complaints, below Support."
	@echo
	@echo "  Ctrl-C stops it. What was entered stays in var/."
	@echo
	@PORT=$(PORT) exec $(MANAGE) runserver --noreload $(HOST):$(PORT)

test: $(VENV)/.env
	$(PYTEST) -n $(WORKERS) -m "not browser and not postgres" $(ARGS)
ifeq ($(ARGS),)
	$(PYTEST) --ds=demo.settings.test home/tests.py search/tests.py
endif
	@echo "Left out: browser tests (make test-browser) and PostgreSQL tests (make test-postgres); make test-all runs everything."

# A process of its own, because the variable below switches off a guard of Django's ORM that the
# other tests keep; and a database in a file, because pages ask for several things at once, which one
# connection to memory can't serve. Needs Chromium (on Debian: apt-get install chromium).
test-browser: $(VENV)/.env
	DJANGO_ALLOW_ASYNC_UNSAFE=true TEST_DB_SUFFIX=$(or $(TEST_DB_SUFFIX),browser) $(PYTEST) -m browser $(ARGS) tests/e2e

# The whole suite once more on PostgreSQL, with the tests that only make sense there.
test-postgres: $(VENV)/.env
	DATABASE_URL="$(or $(DATABASE_URL),postgres://postgres@127.0.0.1:5432/postgres)" \
		$(PYTEST) -n $(WORKERS) -m "not browser" $(ARGS)

test-all: test test-browser test-postgres

lint: $(VENV)/.env
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/djlint --lint --quiet templates site wagtail_helpdesk
	$(VENV)/bin/lint-imports

# Collects and compiles the words of the plugin and of the demo site (needs GNU gettext).
messages: $(VENV)/.demo
	@if [ -d wagtail_helpdesk/locale ]; then cd wagtail_helpdesk && \
		../$(PY) -m django makemessages --all --no-obsolete --add-location file; fi
	@$(MANAGE) makemessages --locale id --no-obsolete --add-location file \
		--ignore 'wagtail_helpdesk/*' --ignore 'tests/*' --ignore '.venv*' --ignore 'var/*'
	@for po in $$(git ls-files --cached --others --exclude-standard '*.po'); do \
		msgfmt --check-format --statistics --output-file $${po%.po}.mo $$po; done

clean:
	rm -rf $(VENV) var .test-db build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
