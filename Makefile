# Bare `make` prints the targets. Each target does all of its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.txt
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-options --allow-unsafe --strip-extras
NAMESPACE_TESTS := tests/cluster
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help demo test test-all test-cluster tools lint format docs lock release bench clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# pip says nothing while it unpacks, for half a minute.
SIGNS_OF_LIFE = while sleep 8 >/dev/null 2>&1; do echo "still installing"; done & trap "kill $$!" EXIT

$(BIN)/.installed: $(LOCK) pyproject.toml
	@echo "installing the packages of $(LOCK) into $(VENV), once"
	@$(SIGNS_OF_LIFE); set -e; $(PYTHON) -m venv $(VENV); \
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK); \
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(BIN)/.installed ## test a small shop on this machine for half a minute
	@$(BIN)/python -m demo.show

test: $(BIN)/.installed ## run the tests that need no cluster, with the tools that are there, in minutes
	@$(BIN)/python -m tests.tools --quick
	@$(BIN)/python -m tests.side_by_side

test-all: $(BIN)/.installed tools ## run every test that needs no cluster, once the tools are there
	@CI=true $(BIN)/python -m tests.side_by_side --all

test-cluster: $(BIN)/.installed ## run the tests that need the cluster that kubectl points to
	$(BIN)/pytest $(NAMESPACE_TESTS)

tools: $(BIN)/.installed ## find helm 3, helm 4, helmfile, versitygw, Prometheus, docker-registry and PostgreSQL, or build or install them once
	$(BIN)/python -m tests.tools

lint: $(BIN)/.installed ## check style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(BIN)/.installed ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(BIN)/.installed ## write what is made from the chart's values.yaml: its README's table, its schema, its defaults
	$(BIN)/python -m tools.chart_docs

lock: $(BIN)/.installed ## pin every dependency again, with hashes
	$(COMPILE) --extra dev --output-file requirements/dev.txt pyproject.toml
	$(COMPILE) --output-file image/requirements.txt image/requirements.in

release: $(BIN)/.installed ## build wheel, sdist and packaged chart into dist/ (TAG=v1.2.3: must fit; PUSH=oci://…: push the chart)
	$(BIN)/python -m tools.release --tag "$(TAG)" --push "$(PUSH)" --helm "$(or $(HELM),helm)"

bench: $(BIN)/.installed ## measure requests/s per core beside k6 and Locust's own users (BENCH=--quick: a first look)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --editable ".[bench]"
	$(BIN)/python -m benchmarks $(BENCH)

clean: ## remove what the other targets made
	rm -rf $(VENV) .tools dist .pytest_cache .mypy_cache .ruff_cache .hypothesis results
