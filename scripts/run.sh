#!/usr/bin/env bash
# Builds LLMOS and opens its window. Without a display: the same engine and model, in the terminal.
. "$(dirname "$0")/lib.sh"

scripts/build.sh run
export LLMOS_MODEL="${LLMOS_MODEL:-$model}"
if [ "$(system)" = linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  say "No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): starting the chat in this terminal instead."
  exec "$(release_dir)/llmos-cli" chat
fi
exec "$(release_dir)/llmos"
