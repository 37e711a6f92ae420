#!/usr/bin/env bash
# The built app, in its real window, driven through WebKitWebDriver: on a display of its own (Xvfb), with a session
# bus of its own where there is one, and in an empty network namespace where the kernel allows that.
#
#   ui/e2e/app/run.sh [TEST_NAME_PATTERN]
#
# LLMOS_BINARY names another app to test (default: target/release/llmos), LLMOS_MODEL another model file.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"

need() {
  command -v "$1" >/dev/null 2>&1 && return
  printf 'error: %s is missing; on Debian: apt-get install %s\n' "$1" "$2" >&2
  exit 1
}

if [ "$(uname -s)" != Linux ]; then
  echo "skipped: the window tests need WebKitGTK and Xvfb, so they run on Linux only"
  exit 0
fi
need node nodejs
need WebKitWebDriver webkit2gtk-driver
need Xvfb xvfb

export LLMOS_BINARY="${LLMOS_BINARY:-${CARGO_TARGET_DIR:-$root/target}/release/llmos}"
export LLMOS_MODEL="${LLMOS_MODEL:-$root/models/smollm2-135m-instruct-q4_1.gguf}"
[ -x "$LLMOS_BINARY" ] || { printf 'error: %s is not built: run make e2e\n' "$LLMOS_BINARY" >&2; exit 1; }
[ -f "$LLMOS_MODEL" ] || { printf 'error: %s is missing: run make model\n' "$LLMOS_MODEL" >&2; exit 1; }

# Nothing but loopback: what the app does here, it does without a network. `LLMOS_E2E_ISOLATED` keeps this from
# being tried again where it was refused.
only_loopback() { [ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' \n')" = lo ]; }
if ! only_loopback && [ -z "${LLMOS_E2E_ISOLATED:-}" ]; then
  export LLMOS_E2E_ISOLATED=1
  if command -v unshare >/dev/null 2>&1 && unshare --net --map-root-user true 2>/dev/null; then
    # shellcheck disable=SC2016  # the inner shell expands "$@"
    exec unshare --net --map-root-user bash -c 'ip link set lo up && exec "$@"' bash bash "$0" "$@"
  fi
fi

# Inside its own session bus, so that the app's single-instance lock is the test's own.
if [ -z "${LLMOS_E2E_BUS:-}" ] && command -v dbus-run-session >/dev/null 2>&1; then
  export LLMOS_E2E_BUS=1
  exec dbus-run-session -- bash "$0" "$@"
fi

if only_loopback; then
  echo "network: none (an empty namespace)"
else
  echo "network: NOT cut off, no namespace was given; this run does not show that nothing leaves"
fi
[ -n "${LLMOS_E2E_BUS:-}" ] || echo "session bus: none (dbus-run-session is missing)"

work="$(mktemp -d)"
export LLMOS_E2E_DIR="$work"
trap 'kill "${xvfb:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

# Xvfb picks a free display and writes its number to descriptor 3 once it's ready. No TCP, no authority: the socket
# is local and the display lives as long as this script.
mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -ac -noreset 3>"$work/display" 2>"$work/xvfb.log" &
xvfb=$!
read -r number <"$work/display" || { cat "$work/xvfb.log" >&2; exit 1; }
export DISPLAY=":$number"
# No graphics card here, and none of the system's own settings.
export LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 GDK_BACKEND=x11 NO_AT_BRIDGE=1

pattern=()
[ "$#" -eq 0 ] || pattern=(--test-name-pattern "$1")
node --test --test-concurrency=1 --test-reporter=spec ${pattern[@]+"${pattern[@]}"} "$here"/*.test.mjs
