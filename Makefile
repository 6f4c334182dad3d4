# Every target creates .venv by itself when it is missing or when the requirements have changed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
NODE := $(VENV)/.node
NPM := $(PYTHON) -m infra.node npm
LAUNCHER := build/launcher
# Before STAGE has its default: the targets whose own is another.
STAGE_OR_LOCAL := $(or $(STAGE),local)
PREPARED := build/prepared/.done
NODE_PACKAGES := tests/e2e/clients/node_modules/.installed
WEB_PACKAGES := web/node_modules/.installed
STAGE ?= dev
BASE ?= debian:bookworm-slim
ARGS ?=

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- The local cloud -------------------------------------------------------------------------------------------------

# What the web client is built of: everything of it but npm's packages and the journeys of its tests.
WEB := build/web/.built
WEB_SOURCES := $(filter-out %.test.ts,$(shell find web/src -type f 2>/dev/null)) web/index.html web/vite.config.ts web/tsconfig.json
WITHOUT_WEB := $(findstring --without-web,$(ARGS))

.PHONY: run
run: $(INSTALLED) launcher prepared $(if $(WITHOUT_WEB),,web-if-possible)  ## the whole system on this machine, http://localhost:8000
	@exec $(PYTHON) -m infra.local run --end-with-parent $(ARGS)

.PHONY: run-localstack
run-localstack: $(INSTALLED) launcher prepared $(if $(WITHOUT_WEB),,web-if-possible)  ## the same on LocalStack; needs Docker and LOCALSTACK_AUTH_TOKEN
	@exec $(PYTHON) -m infra.local.localstack $(ARGS)

.PHONY: web-if-possible
web-if-possible: $(INSTALLED)
	@$(PYTHON) -m infra.web_build $(MAKE) web

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
test: $(INSTALLED) launcher prepared node-packages web  ## everything that must hold, ring by ring; FOR=tracks for one package's tests of all rings
	@$(PYTHON) -m tests.rings $(if $(FOR),--for $(FOR))

.PHONY: check
check: $(INSTALLED) $(WEB_PACKAGES)  ## lint, types and the tests that need no app, of the web client too: about a minute
	@$(PYTHON) -m tests.rings lint types unit web $(if $(FOR),--for $(FOR))

.PHONY: check-app
check-app: $(INSTALLED)  ## the tests of the app in process; FOR=tracks for one package's
	@$(PYTHON) -m tests.rings app $(if $(FOR),--for $(FOR))

.PHONY: soak
soak: $(INSTALLED) launcher prepared  ## 200 people for a minute on a local cloud of their own; ARGS=--kills kills on the way
	$(PYTHON) -m tests.soak $(ARGS)

.PHONY: fuzz
fuzz: $(INSTALLED) launcher prepared  ## ask every operation whatever it may be asked, for an hour or so
	$(PYTHON) -m pytest tests/e2e/test_schemathesis.py --hypothesis-profile=fuzz --timeout=0

.PHONY: mutants
mutants: $(INSTALLED)  ## which small faults in MODULE its pure tests miss; without MODULE, the modules of infra/mutants.toml
	$(PYTHON) -m infra.mutants $(MODULE)

.PHONY: lint
lint: $(INSTALLED)  ## ruff
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

.PHONY: types
types: $(INSTALLED)  ## mypy, strict
	$(PYTHON) -m mypy

SCAN_VENV := .venv-scan
SCAN_INSTALLED := $(SCAN_VENV)/.installed

.PHONY: scan
scan: $(INSTALLED) $(SCAN_INSTALLED)  ## checkov over the templates; what stands in infra/templates/scan.toml stands with its reason
	$(PYTHON) -m infra.aws.scan $(SCAN_VENV)/bin/checkov

$(SCAN_INSTALLED): requirements-scan.txt
	@sh infra/venv.sh $(SCAN_VENV)
	$(SCAN_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-scan.txt
	@touch $@

.PHONY: texts
texts: $(INSTALLED)  ## put new texts into the catalogues of the languages, and say what is not translated
	@$(PYTHON) -m infra.translations update

.PHONY: web
web: $(WEB)  ## the web client, in build/web

$(WEB): $(WEB_SOURCES) $(WEB_PACKAGES)
	@$(NPM) --prefix web run --silent build -- --logLevel warn
	@touch $@

.PHONY: web-check
web-check: $(WEB_PACKAGES)  ## of the web client: Biome, types, its own tests, and whether what a browser loads is small enough
	@$(PYTHON) -m tests.rings web

.PHONY: web-e2e
web-e2e: $(INSTALLED) launcher prepared web  ## the journeys through the web client, in Chromium, over a local cloud of their own
	$(PYTHON) -m pytest -q tests/e2e/test_web.py

.PHONY: dev-web
dev-web: $(WEB_PACKAGES)  ## the web client at http://localhost:5173/app/ as it is being written, over a running local cloud
	@exec $(NPM) --prefix web run --silent dev

.PHONY: openapi
openapi: $(INSTALLED) $(WEB_PACKAGES)  ## docs/openapi.json and docs/asyncapi.json as the API is now, and the web client's types of them
	@$(PYTHON) -m infra.packaging.api_documents
	@$(NPM) --prefix web run --silent types

# --- Operating -------------------------------------------------------------------------------------------------------

.PHONY: admin
admin: $(INSTALLED)  ## make an admin of EMAIL, on STAGE (here: local)
	@$(PYTHON) -m infra.aws.admin --stage $(STAGE_OR_LOCAL) $(ARGS) -- "$$EMAIL"

.PHONY: bench-push
bench-push: $(INSTALLED)  ## how long the running local cloud takes to tell 300 connections something
	@exec $(PYTHON) -m infra.bench.push $(ARGS)

.PHONY: bench-rush
bench-rush: $(INSTALLED)  ## an olympiad of a thousand pupils in simulated time: what Lambda refuses, as docs/scale.md has it
	@exec $(PYTHON) -m infra.bench.rush

.PHONY: bench-editor
bench-editor: $(INSTALLED)  ## how long an edit takes to the rest of a team, beside an echo, on the running local cloud
	@exec $(PYTHON) -m infra.bench.editor $(ARGS)

.PHONY: migrations
migrations: $(INSTALLED)  ## which migrations STAGE (here: local) has seen
	@$(PYTHON) -m infra.migrations.migrate migrations --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: migrate
migrate: $(INSTALLED)  ## apply the pending migrations to STAGE (here: local)
	@$(PYTHON) -m infra.migrations.migrate migrate --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: rollback
rollback: $(INSTALLED)  ## undo the last migration of STAGE (here: local)
	@$(PYTHON) -m infra.migrations.migrate rollback --stage $(STAGE_OR_LOCAL) $(ARGS)

.PHONY: migration
migration: $(INSTALLED)  ## a file for a new migration called NAME
	@$(PYTHON) -m infra.migrations.migrate migration --name "$(NAME)"

# --- Building and deploying ------------------------------------------------------------------------------------------

.PHONY: package
package: $(INSTALLED) web  ## the deployable artefact of STAGE (dev) in build/; ARCHITECTURE=arm64 for Graviton
	$(PYTHON) -m infra.packaging.package --stage $(STAGE)

.PHONY: deploy
deploy: $(INSTALLED) web  ## build the judge image, package and deploy STAGE (dev) to AWS
	@exec $(PYTHON) -m infra.aws.deploy --stage $(STAGE) $(ARGS)

.PHONY: rollback-code
rollback-code: $(INSTALLED)  ## bring back what STAGE (dev) ran on AWS before its last deployment, after asking; its data stays
	@exec $(PYTHON) -m infra.aws.rollback_code --stage $(STAGE) $(ARGS)

.PHONY: destroy
destroy: $(INSTALLED)  ## delete STAGE (dev) from AWS, after asking
	@exec $(PYTHON) -m infra.aws.destroy --stage $(STAGE)

.PHONY: keys
keys: $(INSTALLED)  ## replace secrets of STAGE on AWS: KIND=jwt|front-door DO=add|use|drop (docs/operations.md)
	@exec $(PYTHON) -m infra.aws.keys --stage $(STAGE) "$(KIND)" "$(DO)"

.PHONY: canary
canary: $(INSTALLED)  ## make the account and the task that the canary of STAGE uses; then deploy with Canary=on
	@$(PYTHON) -m infra.aws.canary --stage $(STAGE) $(ARGS)

.PHONY: backups
backups: $(INSTALLED)  ## copy the tables of STAGE on AWS every night into REGION, another one
	@exec $(PYTHON) -m infra.aws.backups --stage $(STAGE) $(if $(REGION),--region $(REGION)) $(ARGS)

.PHONY: deployer
deployer: $(INSTALLED)  ## policies for who deploys STAGE, and a role for the pipeline of REPOSITORY (owner@1/name@2 on GitHub)
	@exec $(PYTHON) -m infra.aws.deployer --stage $(STAGE) $(if $(REPOSITORY),--repository $(REPOSITORY))

.PHONY: costs
costs: $(INSTALLED)  ## what a month of PUPILS (a thousand) costs, and what would break first
	@exec $(PYTHON) -m infra.aws.capacity $(if $(PUPILS),--pupils $(PUPILS))

.PHONY: launcher
launcher: $(LAUNCHER)  ## the judge's sandbox launcher

$(LAUNCHER): $(wildcard judge_container/launcher/*)
	@command -v gcc >/dev/null || { echo "make: gcc is missing: the judge's launcher is compiled with it (apt install gcc libc6-dev)" >&2; exit 1; }
	@$(MAKE) -C judge_container/launcher CC=gcc OUTPUT=../../$@

.PHONY: prepared
prepared: $(PREPARED)  ## headers and classes that the judge compiles once

$(PREPARED): $(wildcard judge_container/languages/*.toml) $(wildcard /usr/bin/g++ /usr/bin/javac /usr/local/lib/kotlin/*.jar) | $(INSTALLED)
	$(PYTHON) -m judge_container.prepare
	@touch $@

.PHONY: selftest
selftest: $(INSTALLED) launcher prepared  ## a program in every language that is installed here, through the judge
	$(PYTHON) -m judge_container.selftest

.PHONY: bench-judge
bench-judge: $(INSTALLED) launcher prepared  ## the judge against the bare programs; exits with the number of missed bars
	$(PYTHON) -m infra.bench.judge

.PHONY: toolchains
toolchains:  ## install Debian's packages for the judge's languages (root); LANGUAGES="go rust" for some
	@sh judge_container/toolchains.sh $(LANGUAGES)

.PHONY: image
image: $(INSTALLED)  ## the judge's image, with Docker or buildah; BASE is a Debian 12 image
	@$(PYTHON) -m infra.packaging.image build --base $(BASE) --languages "$(LANGUAGES)"

.PHONY: image-test
image-test: $(INSTALLED)  ## the self-test and every judge case inside the built image
	@$(PYTHON) -m infra.packaging.image test

.PHONY: venv
venv: $(INSTALLED)  ## .venv with everything installed

$(INSTALLED): requirements.txt requirements-packages.txt requirements-calendar.txt requirements-dev.txt
	@sh infra/venv.sh $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

.PHONY: node-packages
node-packages: $(NODE_PACKAGES) $(WEB_PACKAGES)  ## what the web client and the tests of generated clients need of npm

%/node_modules/.installed: %/package-lock.json %/package.json %/.npmrc | $(NODE)
	@$(NPM) --prefix $* ci --loglevel=error
	@touch $@

.PHONY: node
node: $(NODE)  ## Node in .venv, if there is one for this machine

$(NODE): requirements-node.txt | $(INSTALLED)
	@$(PYTHON) -m infra.node
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements-node.txt
	@touch $@

.PHONY: clean
clean:  ## remove what was built, but neither .venv, npm's packages nor the local cloud's state
	rm -rf build .chalice/deployments .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
