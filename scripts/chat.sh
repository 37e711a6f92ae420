#!/usr/bin/env bash
# The chat in this terminal. Arguments go to `llmos-cli chat` (see `llmos-cli chat -h`).
. "$(dirname "$0")/lib.sh"

scripts/build.sh run
export LLMOS_MODEL="${LLMOS_MODEL:-$model}"
exec "$(release_dir)/llmos-cli" chat "$@"
