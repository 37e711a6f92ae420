#!/usr/bin/env bash
# Everything that running needs, in order: system packages, model, UI, Rust. Whatever is done is not done again.
# `make run`, `make test`, `make chat` and `make bench` all build through this one command line, so that
# the dependencies are compiled once.
. "$(dirname "$0")/lib.sh"

scripts/setup.sh "${1:-run}"
scripts/model.sh
scripts/ui.sh build
use_cargo
say "Building the app (the first time takes about half an hour on two cores)"
cargo build --release --workspace
