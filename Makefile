# make run    the demo at http://127.0.0.1:8000
# make test   everything that must pass before a change lands
# Both do all of their set-up in .venv; PYTHON=… chooses the interpreter to make it with.

SHELL := /bin/sh
BIN := .venv/bin
INPUTS := pyproject.toml constraints.txt hatch_build.py assets.toml package.json package-lock.json \
	intranet/__init__.py $(wildcard intranet/translations/*/LC_MESSAGES/*.po plugins/*/translations/*/LC_MESSAGES/*.po)
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test chromium lint bench wheel messages screenshot documents install install-test
.NOTPARALLEL:

run: install
	@$(BIN)/intranet demo $(ARGS)

# In this order: a missing Chromium shows before anything is installed.
test: chromium lint
	@echo "== tests on SQLite"
	@CHROMIUM="$$($(FIND_CHROMIUM))" $(PYTEST) --db=sqlite $(ARGS)
	@echo "== tests on PostgreSQL"
	@CHROMIUM="$$($(FIND_CHROMIUM))" $(PYTEST) --db=postgres -m "$(ON_POSTGRES)" $(ARGS)

ON_POSTGRES := not packaging and (story or not (browser or crawl))
# A process for each core, each with its own demo and server; more than four only wait for the disk.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

chromium:
	@$(FIND_CHROMIUM) >/dev/null

lint: install-test
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

bench: install-test
	@$(BIN)/python -m benchmarks.run $(ARGS)
	@$(BIN)/python -m benchmarks.matching
	@$(BIN)/python -m benchmarks.professional_development
	@$(BIN)/python -m benchmarks.facilities
	@$(BIN)/python -m benchmarks.units

wheel: install-test
	@$(BIN)/python -m hatchling build

install: .venv/.installed
install-test: .venv/.installed-test

.venv/.installed: $(INPUTS) | .venv/.created
	@echo "Installing Chung Tay into .venv (about a minute the first time)"
	@$(PIP_INSTALL) -e .
	@touch $@

.venv/.installed-test: $(INPUTS) | .venv/.created
	@echo "Installing Chung Tay and what its tests need into .venv (about a minute the first time)"
	@$(PIP_INSTALL) -e '.[test,postgres]'
	@touch $@ .venv/.installed

.venv/.created:
	@if ! $(BIN)/python -c '$(SUITS); import pip' 2>/dev/null; then \
		python=$$($(FIND_PYTHON)) || exit 1; \
		"$$python" -m venv --clear .venv || { \
			rm -rf .venv; \
			echo "Could not make a virtual environment. On Debian and Ubuntu: sudo apt-get install -y python3-venv" >&2; \
			exit 1; \
		}; \
	fi
	@touch $@

SUITS := import sys; assert sys.version_info >= (3, 11)

define FIND_PYTHON
{ for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if "$$python" -c '$(SUITS)' 2>/dev/null; then echo "$$python"; exit; fi; \
done; \
echo "No Python 3.11 or newer found. Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
endef

define FIND_CHROMIUM
{ for browser in "$$CHROMIUM" chromium chromium-browser google-chrome chrome \
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do \
	if [ -n "$$browser" ] && command -v "$$browser"; then exit; fi; \
done; \
echo "The tests drive a real Chromium and found none. Install it, for example" >&2; \
echo "    sudo apt-get update && sudo apt-get install -y chromium" >&2; \
echo "or name the one you have: make test CHROMIUM=/path/to/chromium" >&2; exit 1; }
endef

# Bring the English catalogues, the core's and each bundled module's, to the texts that the code holds now; what is new
# stands there with an empty translation. No lines, dates or versions stand in them: they change with the texts only.
PLUGIN_CATALOGUES := $(wildcard plugins/*/translations/en/LC_MESSAGES/messages.po)

messages: install-test
	@$(call UPDATE_CATALOGUE,intranet/translations/en/LC_MESSAGES/messages.po,intranet/translations/babel.cfg,.)
	@$(foreach po,$(PLUGIN_CATALOGUES),\
		$(call UPDATE_CATALOGUE,$(po),plugins/babel.cfg,$(firstword $(subst /translations/, ,$(po)))) &&) true

# (the catalogue, what to read, where)
define UPDATE_CATALOGUE
( work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && \
	$(BIN)/pybabel --quiet extract -F $(2) -k lazy_gettext --ignore-dirs '.*' \
		--no-location --sort-output --no-wrap -o "$$work/messages.pot" $(3) && \
	cp $(1) "$$work/body.po" && \
	$(BIN)/pybabel --quiet update -l en -i "$$work/messages.pot" -o "$$work/body.po" \
		--no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap && \
	{ sed '/^$$/q' $(1) && cat "$$work/body.po"; } > "$$work/messages.po" && \
	cp "$$work/messages.po" $(1) )
endef

# Every kind of paper, of made-up values and of the demo's records, as Word file, PDF and page pictures to look at.
# ARGS=<directory> puts them elsewhere than into build/documents.
documents: install-test
	@$(FIND_OFFICE)
	@$(BIN)/python docs/documents.py $(ARGS)

define FIND_OFFICE
{ command -v soffice && command -v pdftoppm; } >/dev/null || { \
	echo "Papers are turned into pictures by LibreOffice Writer and pdftoppm. Install them, for example" >&2; \
	echo "    sudo apt-get update && sudo apt-get install -y libreoffice-writer-nogui poppler-utils fonts-liberation2" >&2; \
	exit 1; }
endef

# The picture in the README, taken from the demo that runs at http://127.0.0.1:8000 (or ARGS=<another address>).
screenshot: install-test
	@CHROMIUM="$$($(FIND_CHROMIUM))" $(BIN)/python docs/screenshot.py $(ARGS)
