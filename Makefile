# Every target can be run on a clean machine: setup installs what is missing, and does nothing when nothing is.

SWIFT ?= swift
DURE = .build/release/dure

.DEFAULT_GOAL := help
.PHONY: help setup services build demo run run-example api-fuzz test lint tsan bench kill-test chaos hosts-test pages-test attack-test sbom clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing (apt)
	@scripts/setup

services: ## bring up PostgreSQL and Redis on loopback for tests, until `scripts/services down`
	@scripts/setup --with-services
	@scripts/services up
	@scripts/services env

build: setup ## build the release program, .build/release/dure
	$(SWIFT) build -c release --product dure

demo: build ## run the whole autopilot against the simulated market, then find trends; writes dure-demo/
	$(DURE) demo --output dure-demo

run: build ## serve with a rehearsal campaign in progress; prints where to look; writes dure-run/
	$(DURE) serve --agents --rehearsal --output dure-run

run-example: build ## tune zstd by real measurements; writes dure-data/
	$(DURE) run examples/compression/goal.yaml

test: ## run every test, also on a PostgreSQL and a Redis of its own
	@scripts/setup --with-services --with-chaos $(if $(CI),--with-mecab)
	scripts/test-check-imports
	scripts/test-check-repo
	scripts/run-tests


lint: setup ## check style, imports and the rules of the repository
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	scripts/check-imports
	scripts/check-repo

tsan: ## run every test under the thread sanitizer
	@scripts/setup --with-services
	TSAN_OPTIONS="suppressions=$(CURDIR)/scripts/tsan.supp" scripts/run-tests --sanitize=thread --scratch-path .build-tsan

bench: build ## compare time, memory and search with the Python peers; prints one Markdown table
	@scripts/setup --with-services --with-bench
	$(SWIFT) build -c release --product AnalysisBenchmark
	$(SWIFT) build -c release --product GeneticBenchmark
	$(SWIFT) build -c release --product SearchProtocol
	$(SWIFT) build -c release --product ABCalibration
	$(SWIFT) build -c release --product TrendProtocol
	$(SWIFT) build -c release --product FeedProtocol
	$(SWIFT) build -c release --product RankProtocol
	scripts/bench

kill-test: build ## kill a run 20 times with SIGKILL and check that it ends as if nothing had been
	scripts/test-kill --kills 20

chaos: build ## faults of every kind, 60 s each, against the release program: is anything lost, doubled or believed too late?
	@scripts/setup --with-services --with-chaos
	scripts/chaos --seconds 60 $(CHAOS)

api-fuzz: build ## ask the server 10,000 things that its OpenAPI document allows, and that it does not (Schemathesis)
	scripts/api-fuzz --cases 10000 --dure $(DURE)

hosts-test: build ## run the demo's campaign in real time on three hosts, and again with one killed (root; 20 minutes)
	scripts/test-hosts

attack-test: ## send the program what attackers send: is it refused, is the memory flat, are others served?
	@scripts/setup
	DURE_ATTACKS=1 scripts/run-tests --filter 'DureTests\.AttackTests'
	DURE_ATTACKS=1 scripts/run-tests --skip-build --filter 'DureTests\.GracefulStopTests'

pages-test: ## walk every page of the dashboard in a headless Chromium; screenshots in dashboard-pictures/
	@scripts/setup --with-pages
	$(SWIFT) build --product dure
	scripts/test-pages

sbom: ## print what the program is made of, as CycloneDX 1.6
	@scripts/sbom

clean: ## remove what was built, and the demo's output
	rm -rf .build .build-tsan .build-chaos dure-demo dure-rehearsal dure-run
