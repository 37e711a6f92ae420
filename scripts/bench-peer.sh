#!/usr/bin/env bash
# Compares this program with llama.cpp on this machine: speed, logits, answers, perplexity.
# Leave the machine alone meanwhile. Arguments: model files to measure, or options; `--help` lists them.
#
# llama.cpp comes as llama-cpp-python and is compiled here once (some minutes on two cores), for this
# very processor. LLMOS_CLI names a program to use instead of building one.
. "$(dirname "$0")/lib.sh"

peer="$root/target/peer"
venv="$peer/venv"
packages=(llama-cpp-python==0.3.36 numpy)

if [ ! -e "$venv/.complete" ]; then
  python="$(python)" || fail "Python 3.9 or later is missing."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || fail "Python 3.9 or later is missing."
  if ! have cmake || ! have c++; then
    fail "a C++ compiler and CMake are missing; scripts/setup.sh brings them."
  fi
  say "Compiling llama.cpp into target/peer (once)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  CMAKE_ARGS="-DGGML_NATIVE=ON" "$venv/bin/python" -m pip install --quiet --no-binary llama-cpp-python "${packages[@]}"
  touch "$venv/.complete"
fi

if [ -z "${LLMOS_CLI:-}" ]; then
  scripts/build.sh run
  LLMOS_CLI="$(release_dir)/llmos-cli"
fi
export LLMOS_CLI
scripts/model.sh

# Both programs read these very bytes.
text="$peer/text.md"
mkdir -p "$peer"
cat README.md docs/*.md >"$text"

exec "$venv/bin/python" -B scripts/peer \
  --model "$model" --text "$text" --folder "$peer" --threads "$(getconf _NPROCESSORS_ONLN)" "$@"
