#!/usr/bin/env bash
# The checks that read the code without running it.
. "$(dirname "$0")/lib.sh"

exec scripts/test.sh fmt scripts ui_lint ui_check clippy
