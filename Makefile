# `make` lists the targets. Everything runs in .venv, made from requirements.lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DAGSTER_HOME ?= var/dagster
export GX_ANALYTICS_ENABLED := false
export DAGSTER_DISABLE_TELEMETRY := yes
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-long test-spark lint ui kafka bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11) and "uplog needs Python 3.11 or newer: set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: $(VENV)/.ready ## simulate a dealer group and take it all the way to published marts
	$(BIN)/uplog demo

test: $(VENV)/.ready lint ## lint, types and the whole suite, a process a core
	$(BIN)/pytest -n 2 --dist loadfile

test-long: $(VENV)/.ready ## the long tests as well: every kill, Apache Kafka where Maven and Java are
	$(BIN)/pytest -m ""

test-spark: $(VENV)/.ready ## the same dbt project on a local Spark, each mart compared (needs Java 17)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-spark.lock
	$(BIN)/pytest -m java tests/spark

lint: $(VENV)/.ready ## ruff, mypy, the generated pages, contracts against earlier ones (the tests look at the SQL's style)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m ingestion.catalogue --check
	$(BIN)/python -m orchestration.metrics_page --check
	$(BIN)/python -m ingestion.evolution

ui: $(VENV)/.ready ## Dagster on http://localhost:3000: the asset graph, schedules and sensors at work
	@mkdir -p $(DAGSTER_HOME) && cp deploy/dagster/dagster.yaml $(DAGSTER_HOME)/
	DAGSTER_HOME=$(abspath $(DAGSTER_HOME)) $(BIN)/dagster dev -m orchestration.definitions

kafka: ## Apache Kafka from its Maven artifacts (needs Maven and Java 17); deploy/kafka/kafka.sh stop ends it
	deploy/kafka/kafka.sh start

bench: $(VENV)/.ready ## landing, import and build, as figures
	$(BIN)/python -m benchmarks.landing

lock: ## requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-strip-extras --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra spark -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-strip-extras --no-header -o requirements-spark.lock

clean: ## remove state and caches, keep .venv
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis
