#!/usr/bin/env bash
# Compares this program with llama.cpp on this machine: speed, logits, answers, perplexity.
# Leave the machine alone meanwhile. Arguments: model files to measure, or options; `--help` lists them.
#
# llama.cpp comes as llama-cpp-python and is compiled here once (some minutes on two cores), for this
# very processor. LLMOS_CLI names a program to use instead of building one. LLMOS_PEER=avx2 compares the kernels
# for AVX2 with a llama.cpp that was compiled for it, on a processor that has more.
. "$(dirname "$0")/lib.sh"

peer="$root/target/peer"
case "${LLMOS_PEER:-native}" in
  native) venv="$peer/venv" flags=(-DGGML_NATIVE=ON) options=() ;;
  avx2)
    venv="$peer/venv-avx2" options=(--kernels avx2)
    flags=(-DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON)
    ;;
  *) fail "LLMOS_PEER is native or avx2" ;;
esac
packages=(llama-cpp-python==0.3.36 numpy)

if [ ! -e "$venv/.complete" ]; then
  python="$(python)" || fail "Python 3.9 or later is missing."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' || fail "Python 3.9 or later is missing."
  if ! have cmake || ! have c++; then
    fail "a C++ compiler and CMake are missing; scripts/setup.sh brings them."
  fi
  say "Compiling llama.cpp into ${venv#"$root/"} (once)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
  CMAKE_ARGS="${flags[*]}" "$venv/bin/python" -m pip install --quiet --no-cache-dir --no-binary llama-cpp-python "${packages[@]}"
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
  --model "$model" --text "$text" --folder "$peer" --threads "$(getconf _NPROCESSORS_ONLN)" "${options[@]}" "$@"
