#!/usr/bin/env bash
# The kernels' portable paths under Miri, which interprets them and finds what tests cannot: reads and writes out of
# bounds, aliases that are not allowed, races between threads, memory that is used before it is written. Not part of
# `make test`: it takes an hour on one core and needs a nightly toolchain. Extra arguments go to the tests.
. "$(dirname "$0")/lib.sh"

if ! rustup run nightly cargo miri --version >/dev/null 2>&1; then
  fail "Miri is not there. It comes with: rustup toolchain install nightly --component miri --component rust-src"
fi

# Without the flags of .cargo/config.toml: they would promise AVX2, and Miri would interpret that instead.
# Miri also varies what Rust leaves open about floats in the last bit, to catch programs that rely on it; the tests
# compare results that must be equal to the bit, hence the flag.
use_cargo
say "The kernels under Miri"
CARGO_ENCODED_RUSTFLAGS='' MIRIFLAGS="${MIRIFLAGS:--Zmiri-deterministic-floats}" \
  cargo +nightly miri test --package llmos-kernels --target-dir "${CARGO_TARGET_DIR:-target}/miri" --jobs 1 "$@"
