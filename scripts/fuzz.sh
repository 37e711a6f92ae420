#!/usr/bin/env bash
# Searches MINUTES long (60 if not said) for a file that crashes the reader, the loader or the first steps of the
# native engine. Coverage guides it, and the address sanitiser sees every access out of bounds. Not part of
# `make test`: it needs a nightly toolchain and a C++ compiler. What it has found so far stays in target/fuzz and is
# where the next run goes on; a file that crashes is kept there too, and its path printed.
. "$(dirname "$0")/lib.sh"

minutes="${1:-60}"
[[ "$minutes" =~ ^[0-9]+$ ]] || fail "usage: scripts/fuzz.sh [MINUTES]"
use_cargo
rustup run nightly rustc --version >/dev/null 2>&1 ||
  fail "a nightly compiler is missing. It comes with: rustup toolchain install nightly --profile minimal"
have c++ || fail "a C++ compiler is missing; libFuzzer is written in it (on Debian: apt-get install g++)"

home="${CARGO_TARGET_DIR:-$root/target}/fuzz"
host="$(rustc +nightly --print host-tuple)"
corpus="$home/corpus" crashes="$home/crashes" seeds="$home/seeds"
mkdir -p "$corpus" "$crashes"

say "Building"
cargo +nightly run --release --manifest-path fuzz/Cargo.toml --target-dir "$home" --bin seeds -- "$seeds"
# What cargo-fuzz would pass. With --target they do not reach build scripts.
instrumentation=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing -Zsanitizer=address)
RUSTFLAGS="${instrumentation[*]}" cargo +nightly build --release --manifest-path fuzz/Cargo.toml \
  --target-dir "$home" --target "$host" --bin loader

say "Searching for $minutes minutes"
"$home/$host/release/loader" "$corpus" "$seeds" -max_total_time=$((minutes * 60)) -max_len=65536 -timeout=20 \
  -rss_limit_mb=2048 -artifact_prefix="$crashes/" -print_final_stats=1 -dict=fuzz/gguf.dict \
  -use_value_profile=1 || fail "a file that crashes it is in $crashes"
rm -f /dev/shm/llmos-fuzz-*.gguf
