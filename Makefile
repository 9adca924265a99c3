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

.PHONY: help demo test test-processes-a-m test-processes-n-z test-renderings test-cluster tools lint format docs lock bench clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/.installed: $(LOCK) pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(BIN)/.installed ## run the smoke test for about 20 s against a demo target on this machine
	$(BIN)/python -m demo.show

test: $(BIN)/.installed tools ## run every test that needs no cluster (CI=true: none may be skipped)
	@$(MAKE) --no-print-directory --jobs 3 --keep-going --output-sync=target test-processes-a-m test-processes-n-z test-renderings

# Real processes wait most of their time, renderings compute: side by side they take a third as long.
test-processes-a-m:
	$(BIN)/pytest tests/local/test_[a-m]*.py
test-processes-n-z:
	$(BIN)/pytest tests/local/test_[n-z]*.py
test-renderings:
	$(BIN)/pytest tests/unit tests/chart tests/helmfile

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

bench: $(BIN)/.installed ## measure requests/s per core beside k6 and Locust's own users (BENCH=--quick: a first look)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --editable ".[bench]"
	$(BIN)/python -m benchmarks $(BENCH)

clean: ## remove what the other targets made
	rm -rf $(VENV) .tools .pytest_cache .mypy_cache .ruff_cache .hypothesis results
