# The commands to learn: run, test, check, fmt, bench. Each sets up what it needs.

SHELL = /bin/bash
.SHELLFLAGS = -euo pipefail -c
.DEFAULT_GOAL = run
.PHONY: run test check bench faults fmt requirements setup

bin = .venv/bin
python = $(shell for name in python3.11 python3.12 python3.13 python3.14 python3; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
templates = $(shell find templates -name '*.html')
compile = $(bin)/uv pip compile --quiet --universal --fork-strategy fewest --generate-hashes --no-header
production = DEBUG=0 SECRET_KEY=$$($(bin)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
  SITE_URL=https://clusterix.example DATABASE_URL=postgres://clusterix@localhost/clusterix TRUSTED_PROXIES=1

run: setup
	@exec $(bin)/python -m clusterix.development

test: setup
	$(bin)/python -m tests.chromium
	$(bin)/python -m tests.calendars.ical_js
	$(bin)/coverage erase
	$(bin)/coverage run -m pytest -m "not alone" --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
	$(bin)/coverage run -m pytest -m alone
	$(bin)/coverage combine --quiet
	$(bin)/coverage report

check: setup
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy .
	$(bin)/lint-imports
	@$(bin)/djade --target-version 5.2 --check $(templates)
	$(bin)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(production) $(bin)/python manage.py check --deploy --fail-level WARNING

# The hard days of tests/faults at their full length: an hour and more, on a machine of your own.
faults: setup
	FAULTS=long $(bin)/python -m pytest -p no:randomly --durations 0 --durations-min 1 \
	  tests/faults/test_hard_day.py tests/faults/test_hard_post.py \
	  tests/faults/test_line_of_many.py tests/registration/test_waiting_machine.py

# SIZES="1000 1000000" measures other catalogues than 1,000, 10,000 and 100,000 entries.
bench: setup
	$(bin)/python -m bench $(SIZES)

fmt: setup
	$(bin)/ruff check --fix .
	$(bin)/ruff format .
	$(bin)/djade --target-version 5.2 $(templates)

requirements: setup
	$(compile) pyproject.toml -o requirements.txt
	$(compile) pyproject.toml --group dev -o requirements-dev.txt

setup: .venv/synced .env

.env:
	echo DEBUG=1 > .env

.venv/synced: $(bin)/uv requirements.txt requirements-dev.txt
	$(bin)/uv pip sync --quiet --compile-bytecode --require-hashes --python $(bin)/python requirements-dev.txt
	touch $@

# The one package that pip installs is held to its hashes too.
$(bin)/uv:
	@test -n "$(python)" || { echo "CLUSTERIX needs Python 3.11 or newer: install it and run make again."; exit 1; }
	@$(python) -m venv .venv || { rm -rf .venv; \
	  echo "$(python) cannot make an environment: install its venv package (on Debian: apt-get install python3-venv)."; exit 1; }
	awk '/^[^ ]/ {wanted = /^uv==/} wanted && !/#/' requirements-dev.txt > .venv/uv.txt
	$(bin)/python -m pip install --quiet --require-hashes -r .venv/uv.txt
