#!/usr/bin/env bash
# Runs cargo-deny with the arguments given, after building it into target/tools the first time.
. "$(dirname "$0")/lib.sh"

version=0.20.2
deny="$tools/bin/cargo-deny"

use_cargo
if [ "$("$deny" --version 2>/dev/null)" != "cargo-deny $version" ]; then
  note "Building cargo-deny $version (once, a few minutes)"
  # It runs for a second: compile time matters, speed does not.
  CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    cargo install --quiet --locked --root "$tools" --version "$version" cargo-deny
  rm -rf "$tools/build"
fi
exec "$deny" "$@"
