#!/usr/bin/env bash
# Formats the Rust and the web code.
. "$(dirname "$0")/lib.sh"

use_cargo
cargo fmt --all
scripts/ui.sh install
use_node
npm run --silent --prefix ui format
