# Two commands on a fresh machine:  make play   and   make test
# Before a change lands:  make check
# make play SECONDS=5 RECORD=out.wav PLUGIN=name FLAGS="--set pitch=72"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# Tests run in three processes at once: a third of it is waiting, so that fills two cores. Those with deadlines
# (marked `alone`) run after them, one by one, and not in `make test`. Behind them runs what has time (`background`):
# at idle priority, where the system has one.
PYTEST := $(BIN)/python -m pytest
# A live engine shares its machine with others: what failed in `make check` is tried once more, by itself at the end.
# It has to pass then; the log names it all the same. A skipped test or a broken session (not 1) is not tried again.
TWICE = $(1) || { [ $$? -eq 1 ] && echo "Once more, what failed:" && $(1) --last-failed --last-failed-no-failures none; }
BESIDE := $(PYTEST) --dist loadfile --numprocesses
IDLE := $(shell chrt --idle 0 true 2> /dev/null && echo chrt --idle 0)
PLUGIN ?=
FLAGS ?=

.PHONY: play trainer ready test beside alone background behind other-pythons other-pythons-ready lint docs bench check pitch-table rate-table translations \
	clean

play: $(VENV)/.play
	$(BIN)/rtsynth play $(PLUGIN) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(RECORD),--record $(RECORD)) $(FLAGS)

trainer: $(VENV)/.dev

# What tests need besides: programs, and the kernels, compiled once.
ready: $(VENV)/.dev
	tests/install-debian-packages.sh
	$(BIN)/python -m tests.warm

test: ready
	$(BESIDE) 3 -m "not measure and not alone and not background"

beside: ready
	$(call TWICE,$(BESIDE) 3 -m "not alone and not background" --durations 30)

alone: ready
	$(call TWICE,$(PYTEST) -m alone --durations 30 -o cache_dir=.pytest_cache/alone)

# The other session looks after the JACK servers that a crash left.
background: ready
	export RTSYNTH_TEST_SESSION=background; \
	$(call TWICE,$(IDLE) $(PYTEST) -m background --durations 10 -o cache_dir=.pytest_cache/background)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy rtsynth gui/rtsynth_gui models/rtsynth_models train/rtsynth_train
	$(BIN)/lint-imports

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/.play
	$(BIN)/rtsynth bench $(PLUGIN) $(FLAGS)

pitch-table: $(VENV)/.dev
	$(BIN)/python -m rtsynth_train.measure.listen $(or $(PLUGIN),clarinet-trumpet) $(FLAGS)

rate-table: $(VENV)/.dev
	$(BIN)/python -m rtsynth_train.measure.onsets $(or $(PLUGIN),pops) $(FLAGS)

# The host on the newest Python, or the oldest, where the machine has it.
other-pythons-ready: $(VENV)/.dev
	tests/other-pythons.sh ready

other-pythons: ready other-pythons-ready
	RTSYNTH_TEST_SESSION=background $(IDLE) tests/other-pythons.sh

# Texts of the window: new ones into the .ts files, which are compiled. LANGUAGES="de fr" adds one.
TRANSLATIONS := gui/rtsynth_gui/translations
LANGUAGES ?= $(patsubst $(TRANSLATIONS)/rtsynth_%.ts,%,$(wildcard $(TRANSLATIONS)/*.ts))

translations: $(VENV)/.play
	for language in $(LANGUAGES); do \
		$(BIN)/pyside6-lupdate $$(find gui/rtsynth_gui -name '*.py' | sort) -locations none -no-obsolete \
			-source-language en -target-language $$language -ts $(TRANSLATIONS)/rtsynth_$$language.ts && \
		$(BIN)/pyside6-lrelease $(TRANSLATIONS)/rtsynth_$$language.ts || exit 1; \
	done

# What has no deadline first, side by side. The documentation needs the kernels, too: after them.
# One run names all that fails: what fails does not keep the rest from being tried.
check:
	$(MAKE) --jobs 4 --output-sync lint ready other-pythons-ready $(VENV)/.docs
	status=0; \
	$(MAKE) --keep-going docs beside || status=2; \
	$(MAKE) --keep-going --jobs 2 --output-sync=line alone behind || status=2; \
	exit $$status

behind:
	status=0; \
	$(MAKE) background || status=2; \
	$(MAKE) other-pythons || status=2; \
	exit $$status

clean:
	rm -rf $(VENV) .venv-* site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("rtsynth needs Python 3.11 or newer; set PYTHON=... (this is " + sys.version.split()[0] + ")" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.play: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing the host and the window into $(VENV) (once) ..."
	$(PIP) -e '.[gui,midi]'
	@touch $@

$(VENV)/.dev: $(VENV)/.play
	@echo "Installing the trainer and the test tools into $(VENV) (once) ..."
	$(PIP) -e '.[gui,midi,train,dev]'
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	@echo "Installing what the documentation is built with into $(VENV) (once) ..."
	$(PIP) -e '.[docs]'
	@touch $@
