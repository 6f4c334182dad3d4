# Every target creates .venv by itself when it is missing or when the requirements have changed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
LAUNCHER := build/launcher
# Before STAGE has its default: the targets whose own is another.
STAGE_OR_LOCAL := $(or $(STAGE),local)
PREPARED := build/prepared/.done
STAGE ?= dev
BASE ?= debian:bookworm-slim
ARGS ?=

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- The local cloud -------------------------------------------------------------------------------------------------

.PHONY: run
run: $(INSTALLED) launcher prepared  ## the whole system on this machine, http://localhost:8000
	@exec $(PYTHON) -m infra.local run --end-with-parent $(ARGS)

.PHONY: mail
mail: $(INSTALLED)  ## the mails that the running local cloud kept
	@exec $(PYTHON) -m infra.local mail $(ARGS)

.PHONY: logs
logs: $(INSTALLED)  ## follow the logs of the running local cloud's functions
	@exec $(PYTHON) -m infra.local logs $(ARGS)

.PHONY: reset
reset: $(INSTALLED)  ## forget the state of the stopped local cloud
	@exec $(PYTHON) -m infra.local reset $(ARGS)

# --- Gates -----------------------------------------------------------------------------------------------------------

.PHONY: test
test: check launcher prepared  ## everything: check, judge cases, infra, abuse, end to end
	$(PYTHON) -m pytest -m "judge or infra or abuse"
	$(PYTHON) -m pytest -m e2e

.PHONY: check
check: lint types  ## lint, types and the fast tests, under a minute
	$(PYTHON) -m pytest -n auto -m "not judge and not infra and not abuse and not e2e"

.PHONY: soak
soak: $(INSTALLED) launcher prepared  ## 200 people for a minute on a local cloud of their own; ARGS=--kills kills on the way
	$(PYTHON) -m tests.soak $(ARGS)

.PHONY: lint
lint: $(INSTALLED)  ## ruff
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

.PHONY: types
types: $(INSTALLED)  ## mypy, strict
	$(PYTHON) -m mypy

# --- Operating -------------------------------------------------------------------------------------------------------

.PHONY: admin
admin: $(INSTALLED)  ## make an admin of EMAIL, on STAGE (here: local)
	@$(PYTHON) -m infra.admin --stage $(STAGE_OR_LOCAL) $(ARGS) -- "$$EMAIL"

.PHONY: bench-push
bench-push: $(INSTALLED)  ## how long the running local cloud takes to tell 300 connections something
	@exec $(PYTHON) -m infra.bench_push $(ARGS)

.PHONY: migrations
migrations: $(INSTALLED)  ## which migrations STAGE (here: local) has seen
	@$(PYTHON) -m infra.migrate migrations --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: migrate
migrate: $(INSTALLED)  ## apply the pending migrations to STAGE (here: local)
	@$(PYTHON) -m infra.migrate migrate --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: rollback
rollback: $(INSTALLED)  ## undo the last migration of STAGE (here: local)
	@$(PYTHON) -m infra.migrate rollback --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: migration
migration: $(INSTALLED)  ## a file for a new migration called NAME
	@$(PYTHON) -m infra.migrate migration --name "$(NAME)"

.PHONY: bench-editor
bench-editor: $(INSTALLED)  ## how long an edit takes to the rest of a team, beside an echo, on the running local cloud
	@exec $(PYTHON) -m infra.bench_editor $(ARGS)

# --- Building and deploying ------------------------------------------------------------------------------------------

.PHONY: package
package: $(INSTALLED)  ## the deployable artefact of STAGE (dev) in build/
	$(PYTHON) -m infra.package --stage $(STAGE)

.PHONY: deploy
deploy: $(INSTALLED)  ## build the judge image, package and deploy STAGE (dev) to AWS
	@exec $(PYTHON) -m infra.deploy --stage $(STAGE) $(ARGS)

.PHONY: launcher
launcher: $(LAUNCHER)  ## the judge's sandbox launcher

$(LAUNCHER): $(wildcard judge_container/launcher/*)
	@command -v gcc >/dev/null || { echo "make: gcc is missing: the judge's launcher is compiled with it (apt install gcc libc6-dev)" >&2; exit 1; }
	@$(MAKE) -C judge_container/launcher CC=gcc OUTPUT=../../$@

.PHONY: prepared
prepared: $(PREPARED)  ## headers and classes that the judge compiles once

$(PREPARED): $(wildcard judge_container/languages/*.toml) $(wildcard /usr/bin/g++ /usr/bin/javac) | $(INSTALLED)
	$(PYTHON) -m judge_container.prepare
	@touch $@

.PHONY: selftest
selftest: $(INSTALLED) launcher prepared  ## a program in every language that is installed here, through the judge
	$(PYTHON) -m judge_container.selftest

.PHONY: bench-judge
bench-judge: $(INSTALLED) launcher prepared  ## the judge against the bare programs; exits with the number of missed bars
	$(PYTHON) -m infra.bench_judge

.PHONY: toolchains
toolchains:  ## install Debian's packages for the judge's languages (root); LANGUAGES="go rust" for some
	@sh judge_container/toolchains.sh $(LANGUAGES)

.PHONY: image
image: $(INSTALLED)  ## the judge's image, with Docker or buildah; BASE is a Debian 12 image
	@$(PYTHON) -m infra.image build --base $(BASE) --languages "$(LANGUAGES)"

.PHONY: image-test
image-test: $(INSTALLED)  ## the self-test and every judge case inside the built image
	@$(PYTHON) -m infra.image test

.PHONY: venv
venv: $(INSTALLED)  ## .venv with everything installed

$(INSTALLED): requirements.txt requirements-dev.txt
	@sh infra/venv.sh $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.PHONY: clean
clean:  ## remove what was built, but neither .venv nor the local cloud's state
	rm -rf build .chalice/deployments .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
