#!/usr/bin/env bash
# The end-to-end tests: the UI in Chromium against the mock, then the built app in its real window.
. "$(dirname "$0")/lib.sh"

exec scripts/test.sh ui_build rust_build ui_browser app
