#!/usr/bin/env bash
# Packages for this system: .deb on Debian, .rpm on Fedora, .dmg on macOS, an installer on Windows.
# Arguments go to `tauri build` (say `--bundles appimage`).
. "$(dirname "$0")/lib.sh"

scripts/build.sh run
use_node
if [ "$#" -eq 0 ] && [ "$(system)" = linux ]; then
  # An AppImage would need a tool that the bundler downloads, and WebKitGTK windows in one stay blank on some systems.
  if have dpkg; then set -- --bundles deb; else set -- --bundles rpm; fi
fi
# The default model goes in too. Named here and not in tauri.conf.json, where every build would copy it.
resource="models/$(basename "$model")"
say "Bundling"
tauri build --config "{\"bundle\":{\"resources\":{\"$resource\":\"$resource\"}}}" "$@"
note "The packages are under ${CARGO_TARGET_DIR:-target}/release/bundle"
