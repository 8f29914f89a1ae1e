# Moodlens. Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-fast check format bench bench-faces bench-chat scale readme screenshots chromium clean

help:  ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: $(VENV)/.installed  ## open the app at http://localhost:8501
	$(BIN)/streamlit run streamlit_app.py

install: $(VENV)/.installed  ## what the app needs, into .venv
install-dev: $(VENV)/.installed-dev  ## the same, and what tests, checks and training need

test: $(VENV)/.installed-dev chromium  ## every test, with a real browser
	$(BIN)/python -m pytest

test-fast: $(VENV)/.installed-dev  ## every test but those in the browser
	$(BIN)/python -m pytest --ignore tests/browser

check: $(VENV)/.installed-dev  ## style, types and documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/python -m docs.check_links
	$(BIN)/python -m docs.build_readme --check
	$(BIN)/python -m docs.build_modules --check

format: $(VENV)/.installed-dev  ## tidy the style, as far as that goes by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed-dev chromium  ## measure, then write the figures into the README (about half an hour)
	$(BIN)/python -m benchmarks.explore
	$(BIN)/python -m benchmarks.app
	$(BIN)/python -m benchmarks.face
	$(BIN)/python -m benchmarks.retrieval
	$(BIN)/python -m benchmarks.relevance
	$(BIN)/python -m benchmarks.annotate
	$(BIN)/python -m benchmarks.embedding
	$(BIN)/python -m benchmarks.support
	$(BIN)/python -m benchmarks.facets
	$(BIN)/python -m benchmarks.imports
	$(BIN)/python -m benchmarks.export
	$(BIN)/python -m docs.build_readme

bench-faces: $(VENV)/.installed-dev  ## the same for the face models: DATA=folder of FER2013, PHOTOS=folder of photographs
	$(BIN)/python -m pip install --quiet --no-deps --upgrade --target build/opencv4 -r benchmarks/requirements-haar.txt
	$(BIN)/python -m benchmarks.face_detectors --data $(PHOTOS)
	$(BIN)/python -m benchmarks.face_crops --data $(DATA)
	$(BIN)/python -m benchmarks.face_robustness --data $(DATA)
	$(BIN)/python -m benchmarks.face_saliency --data $(DATA)
	$(BIN)/python -m docs.build_readme

bench-chat: $(VENV)/.installed-dev  ## the same for the replies of the chat: DATA=folder of EmpatheticDialogues and EPITOME
	$(BIN)/python -m benchmarks.chat --data $(DATA)
	$(BIN)/python -m docs.build_readme

scale: $(VENV)/.installed-dev  ## measure libraries of up to a million reviews (an hour or more, 4 GB of disk)
	$(BIN)/python -m benchmarks.scale

readme: $(VENV)/.installed-dev  ## write the measured figures into the README, and the list of modules into docs/architecture.md
	$(BIN)/python -m docs.build_readme
	$(BIN)/python -m docs.build_modules

screenshots: $(VENV)/.installed-dev chromium  ## drive the app and write docs/images
	$(BIN)/python -m docs.screenshots

chromium: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.browser.chromium

clean:  ## remove .venv and every cache
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Moodlens needs Python 3.11 or newer; say which with make PYTHON=/path/to/python3.x"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python cannot make virtual environments here; on Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Moodlens needs into $(VENV): some minutes, once ..."
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need into $(VENV): some minutes, once ..."
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $(VENV)/.installed $@
