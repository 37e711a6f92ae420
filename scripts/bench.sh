#!/usr/bin/env bash
# The measurements of docs/BENCHMARKS.md, on this machine, in one run: engine, store, window.
# Leave the machine alone meanwhile. Arguments go to `llmos-cli bench`.
. "$(dirname "$0")/lib.sh"

scripts/build.sh run

say "Machine"
case "$(system)" in
  linux)
    lscpu | grep -E '^(Model name|CPU\(s\)):'
    grep -E '^MemTotal' /proc/meminfo
    ;;
  macos) sysctl -n machdep.cpu.brand_string hw.ncpu hw.memsize ;;
  *) uname -a ;;
esac
echo "commit: $(git rev-parse --short HEAD 2>/dev/null || echo unknown)"

say "Engine: llmos-cli bench"
if [ "$#" -eq 0 ]; then
  set -- --prompt-tokens 512 --generate 64 --depth 0,1024 --threads "$(getconf _NPROCESSORS_ONLN)" --repeat 3
fi
"$(release_dir)/llmos-cli" bench --model "$model" "$@"

say "Store: 100,000 messages, a conversation of 5,000"
# All of the workspace, as in scripts/build.sh: with --package the dependencies would be compiled again.
cargo build --quiet --release --workspace --examples
history="$(mktemp -d)"
trap 'rm -rf "$history"' EXIT
"$(release_dir)/examples/measure" 100000 "$history"

if [ "$(system)" = linux ]; then
  scripts/setup.sh test
  say "Window: first paint, model ready"
  scripts/measure-window.sh start
  say "Window: an answer, beside the terminal"
  scripts/measure-window.sh answer
  say "Window: a conversation of 5,000 messages"
  scripts/measure-window.sh history "$history"
fi
