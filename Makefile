# make lab        set up everything and open the series in JupyterLab    (PORT=8890 to choose a port)
# make test       set up everything and run all tests
# make lecture    the lessons and explorers as full-screen pages, in large print
# make site       the whole series as pages that need no kernel, into site/
# make notebooks  build the lessons that have changed, and the glossary, README and TEACHING with them
# make bench      measure cells, explorers, lessons and the site
# make weights    train everything in data/weights again (some minutes)

PYTHON ?= python3
BIN := .venv/bin
TORCH := $(shell sed -n 's/^torch/torch/p' requirements.txt)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ifeq ($(shell uname -s),Linux)
SMALL_TORCH := $(PIP) install "$(TORCH)" --index-url https://download.pytorch.org/whl/cpu --retries 0 --timeout 10 ||
endif

OLD := requirements.txt or pyproject.toml is newer than .venv, and pip could not bring it up to date (is there a \
network?). Going on with what was installed before; the next make tries again.

.PHONY: lab test lecture site notebooks bench weights
export LSTM_LAB_PORT = $(PORT)

lab: .venv/lab
	@$(BIN)/python tools/open_lab.py

test: .venv/test
	$(BIN)/python -m pytest

lecture: .venv/lab
	@$(BIN)/python tools/open_lecture.py

site: .venv/test
	$(BIN)/python tools/build_site.py

notebooks: .venv/test
	$(BIN)/python tools/build_notebooks.py
	$(BIN)/python tools/build_glossary.py
	$(BIN)/python tools/draw_readme.py
	PYTHONPATH=tools $(BIN)/python -m pages.readme
	PYTHONPATH=tools $(BIN)/python -m pages.teaching

bench: .venv/test
	$(BIN)/python tools/build_site.py
	$(BIN)/python benchmarks/table.py

weights: .venv/test
	$(BIN)/python tools/train_weights.py

.venv/lab: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("lstm_lab needs Python 3.11 or newer, this is %d.%d. If a newer one is installed, name it: make lab PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Setting up .venv: a few minutes the first time, nothing after that."
	@$(PYTHON) -m venv .venv
	@if { $(SMALL_TORCH) $(PIP) install "$(TORCH)"; } && $(PIP) install -r requirements.txt -e .; then touch $@; \
	elif test -x $(BIN)/jupyter-lab; then echo "$(OLD)"; \
	else exit 1; fi

.venv/test: .venv/lab tools/pages/package-lock.json
	@$(PIP) install -c requirements.txt -e '.[test]'
	@$(BIN)/npm ci --prefix tools/pages --silent || { echo "npm could not fetch what tools/pages/package.json names; that needs a network once. make lab and make lecture do without."; exit 1; }
	@$(BIN)/pyright --version
	@touch $@
