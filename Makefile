# Everything that one does with the portal. `make help` lists it.
SHELL := /bin/bash
PORT ?= 8000
# Which Python the portal runs on: the one that PYTHON names, or the first of these that is new enough.
PYTHONS = $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python)
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
DEV_LOCK := requirements-dev.txt
STATIC := $(or $(DATA_DIR),var)/static/staticfiles.json
STATIC_SOURCES := $(shell find static $(filter-out var/%,$(wildcard */static)) -type f 2>/dev/null)
export DJANGO_SETTINGS_MODULE ?= portal.settings.dev
# Which tests run: not the long ones, unless FULL=1. COVERAGE=1 prints what of the product they reached, and fails below
# the floor in pyproject.toml.
MARKS ?= $(if $(FULL),,not full)

# Queries that forget `visible_to(viewer)`, and where nobody is answered.
BYPASS := \b(Thread|Post|Group|NewsPage|JobPage|TrainingPage)\.objects\.(all|exclude|live|order_by|public|values)
BYPASSES := $(addprefix ':!,$(addsuffix ',*/tests/* tests bench */demo/* */services/* */search_*.py */imports.py */wagtail_hooks.py))

.DEFAULT_GOAL := help
.PHONY: help audit demo run worker test lint lint-style format messages messages-check migrations-check bench bench-growth bench-import bench-rebuild bench-search bench-saved-searches bench-storm judge reindex lock ci ci-full

help: ## List these tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The stamps hold what was installed: a lock file that did not change is not installed again.
$(BIN)/python:
	@for python in $(PYTHONS); do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  rm -rf $(VENV) && "$$python" -m venv $(VENV) >/dev/null 2>&1 && exit 0; \
	  rm -rf $(VENV); \
	  echo "$$python cannot make a virtual environment: install the package that holds its « venv » module (Debian: python3-venv)." >&2; \
	  exit 1; \
	done; \
	echo "$(if $(PYTHON),$(PYTHON) is not Python 3.11 or newer: name another with PYTHON=…,No Python 3.11 or newer was found: install one or name it with PYTHON=…)" >&2; \
	exit 1

# pip's own words go to a file: of a network that is not there it says thirty lines.
INSTALL = @$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $< >$(VENV)/pip.log 2>&1 || { \
	if grep -qE 'NewConnectionError|ConnectTimeout|NameResolution|Max retries|ConnectionError|ReadTimeout' $(VENV)/pip.log; \
	then echo "The packages cannot be fetched: is there a network? Run it again then ($(VENV)/pip.log says more)." >&2; \
	else grep -E '^ERROR' $(VENV)/pip.log | tail -n 3 >&2; echo "The packages cannot be installed: $(VENV)/pip.log says why." >&2; fi; \
	exit 1; }

$(VENV)/.runtime: requirements.txt | $(BIN)/python
	@echo "Installing what the portal needs: a minute or two, the first time only…"
	$(INSTALL)
	@touch $@

$(VENV)/.dev: $(DEV_LOCK) | $(BIN)/python
	@echo "Installing what developers need…"
	$(INSTALL)
	@touch $@ $(VENV)/.runtime

# Compressing takes twenty seconds: only when a file changed.
$(STATIC): requirements.txt $(STATIC_SOURCES) | $(VENV)/.runtime
	@echo "Preparing styles, scripts and icons…"
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@

# Said before minutes of set-up. `manage.py serve` says it too.
.PHONY: free-port
free-port:
	@[[ "$(PORT)" =~ ^[0-9]+$$ ]] || { echo "PORT=$(PORT) is not a number." >&2; exit 1; }
	@! (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null || { \
	  echo "Port $(PORT) is in use: choose another, for example « make $(MAKECMDGOALS) PORT=$$(($(PORT) + 1)) »." >&2; exit 1; }

# Links in mails, feeds and structured data name the port that is asked for.
demo run: export SITE_URL ?= http://127.0.0.1:$(PORT)
demo: free-port $(VENV)/.runtime $(STATIC) ## Start a portal that looks lived in, on this machine (PORT=8000)
	@$(MANAGE) serve $(PORT) --demo

run: free-port $(VENV)/.runtime $(STATIC) ## Start the portal without demo content (PORT=8000)
	@$(MANAGE) serve $(PORT)

worker: $(VENV)/.runtime ## Start only the background processes: maintenance and the task worker
	@$(MANAGE) serve --no-web

test: $(VENV)/.dev ## Run the tests (ARGS= for pytest, REQUIRE_ALL=1 to fail on what cannot run, FULL=1 for long ones)
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder -q -m "$(MARKS)" $(if $(COVERAGE),--cov --cov-report=term) $(ARGS)

lint: lint-style ## Check style, types, templates and floors
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-style: $(VENV)/.dev # What takes seconds: pre-commit runs it at each commit.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	! LC_ALL=C.UTF-8 grep -nE '^.{111,}' $$(git ls-files '*.html' '*.css')
	! git grep -nE '$(BYPASS)' -- '*.py' $(BYPASSES)

format: $(VENV)/.dev ## Format Python
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.dev ## Collect and compile translations (needs gettext)
	$(MANAGE) makemessages --locale fr --no-obsolete --no-wrap --add-location file --ignore .venv --ignore var
	$(MANAGE) compilemessages --locale fr --ignore .venv

messages-check: $(VENV)/.dev ## Fail when the French catalogue is not complete, current and compiled
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python -m pytest -q -p no:xdist tests/test_messages.py

migrations-check: $(VENV)/.dev ## Fail when a model change has no migration
	$(MANAGE) makemigrations --check --dry-run

bench: $(VENV)/.dev ## Measure pages on PostgreSQL (DATABASE_URL=…; see docs/performance.md)
	$(BIN)/python bench/pages.py

judge: $(VENV)/.dev ## Say how well every engine answers the judged queries (search/tests/judged)
	@DJANGO_SETTINGS_MODULE=portal.settings.test $(BIN)/python -m pytest -p no:xdist -s -q search/tests/test_judged.py

bench-growth: $(VENV)/.dev ## Compare a thread page with that of ten times the threads, on PostgreSQL (DATABASE_URL=…)
	$(BIN)/python bench/growth.py

bench-import: $(VENV)/.dev ## Measure the import of many offers on PostgreSQL (DATABASE_URL=…, ARGS=10000)
	$(BIN)/python bench/imports.py $(ARGS)

bench-rebuild: $(VENV)/.dev ## Measure a rebuild of many objects from the database (DATABASE_URL=…, ARGS=100000)
	$(BIN)/python bench/rebuild.py $(ARGS)

bench-search: $(VENV)/.dev ## Measure every search engine over large corpora (ARGS="--sizes 10000,100000")
	$(BIN)/python bench/search.py $(ARGS)

bench-saved-searches: $(VENV)/.dev ## Measure many saved searches on every engine (ARGS="--searches 10000 --size 100000")
	$(BIN)/python bench/saved_searches.py $(ARGS)

bench-storm: $(VENV)/.dev ## Write, search and rebuild at once for five minutes (DATABASE_URL=…, ARGS="--engines embedded")
	$(BIN)/python bench/storm.py $(ARGS)

reindex: $(VENV)/.runtime ## Rebuild the search index from the database
	@$(MANAGE) search_reindex

lock: $(VENV)/.dev ## Renew the lock files from pyproject.toml
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

audit: $(VENV)/.dev ## Compare pinned packages with published advisories (needs PyPI's advisory data)
	$(BIN)/uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements.txt

ci: ## Run what decides whether a change lands
	bash .ci/run

ci-full: ## The same with the long tests, on both databases
	FULL=1 bash .ci/run
