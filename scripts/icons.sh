#!/usr/bin/env bash
# Makes the platform icons from src-tauri/icons/icon.svg. Run it after changing the drawing; the results are committed.
. "$(dirname "$0")/lib.sh"

use_node
icons=src-tauri/icons
made="$(mktemp -d)"
trap 'rm -rf "$made"' EXIT
tauri icon "$icons/icon.svg" --output "$made" >/dev/null
# The ones that tauri.conf.json names, and a big one for everything else. Phones get theirs when they get an app.
for icon in 32x32.png 128x128.png 128x128@2x.png icon.png icon.icns icon.ico; do
  cp "$made/$icon" "$icons/$icon"
done
cp "$icons/icon.svg" ui/public/icon.svg
ls -l "$icons"
