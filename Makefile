# Thin on purpose: the logic is in scripts/, which run by themselves too.
.DEFAULT_GOAL := help
.PHONY: help run chat test test-arm miri fuzz e2e lint fmt audit bench bench-peer bundle ui model icons

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Set up, build, open the window (without a display: chat in the terminal)
	@scripts/run.sh

chat: ## Chat in this terminal, on the same engine and model
	@scripts/chat.sh

test: ## Set up, build, run every check there is
	@scripts/test.sh

test-arm: ## Test the kernels for ARM, on an emulated processor (not part of `make test`)
	@scripts/test-arm.sh

miri: ## The kernels' portable paths under Miri, half an hour (not part of `make test`)
	@scripts/miri.sh

fuzz: ## Search for model files that crash the loader, MINUTES=60 (not part of `make test`)
	@scripts/fuzz.sh $(MINUTES)

e2e: ## Only the end-to-end tests: the UI in a browser, the app in its window
	@scripts/e2e.sh

lint: ## Only the checks that read the code: format, clippy, eslint, types
	@scripts/lint.sh

fmt: ## Format everything
	@scripts/fmt.sh

audit: ## Known vulnerabilities in the dependencies (needs the network)
	@scripts/audit.sh

bench: ## Measure the engine, the store and the window on this machine
	@scripts/bench.sh

bench-peer: ## Compare with llama.cpp on this machine: speed, logits, answers, perplexity
	@scripts/bench-peer.sh

bundle: ## Make installable packages for this system
	@scripts/bundle.sh

ui: ## Work on the UI in a browser, against a scripted mock of the app
	@scripts/ui.sh dev

model: ## Fetch the default model (98 MB, once)
	@scripts/model.sh

icons: ## Make the platform icons from src-tauri/icons/icon.svg
	@scripts/icons.sh
