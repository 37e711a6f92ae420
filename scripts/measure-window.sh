#!/usr/bin/env bash
# Measures the built app in its real window. Linux, on a display of its own, without a graphics card.
#
#   scripts/measure-window.sh start [ROUNDS]
#       the first paint and the model's readiness, as the app reports them, each time on an empty data directory
#   scripts/measure-window.sh answer [ROUNDS]
#       the speed of an answer in the window, beside `llmos-cli chat` and `llmos-cli bench`
#   scripts/measure-window.sh frames [ROUNDS]
#       the time between two frames while an answer of 4,000 words streams in, with the engine idle and busy
#   scripts/measure-window.sh job [SECONDS]
#       the time between two frames while a book of 100,000 words is summed up, for SECONDS each of two ways to use it
#   scripts/measure-window.sh history DIR [ROUNDS]
#       opening a conversation of 5,000 messages and scrolling it; DIR is what `measure 100000 DIR` has made, the
#       store's example in target/release/examples, and stays as it is
#
# LLMOS_BINARY, LLMOS_CLI and LLMOS_MODEL name other files than those that were built and fetched.
. "$(dirname "$0")/lib.sh"

what="${1:-start}"
[ "$#" -eq 0 ] || shift
LLMOS_BINARY="$(realpath "${LLMOS_BINARY:-$(release_dir)/llmos}")"
LLMOS_CLI="$(realpath "${LLMOS_CLI:-$(release_dir)/llmos-cli}")"
export LLMOS_BINARY LLMOS_CLI LLMOS_MODEL="${LLMOS_MODEL:-$model}"
[ -x "$LLMOS_BINARY" ] || fail "the app is not built: run make run"

# Inside its own session bus, so that an app that is open already does not take this one's place.
if [ -z "${LLMOS_E2E_BUS:-}" ] && have dbus-run-session; then
  export LLMOS_E2E_BUS=1
  exec dbus-run-session -- "$root/scripts/measure-window.sh" "$what" "$@"
fi

work="$(mktemp -d)"
trap 'kill "${xvfb:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -ac -noreset 3>"$work/display" 2>/dev/null &
xvfb=$!
read -r number <"$work/display"
export DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 GDK_BACKEND=x11 NO_AT_BRIDGE=1

# The value of a field in the app's log, once it's there.
reported() {
  local log="$1" field="$2" deadline=$((SECONDS + 30)) value
  while [ "$SECONDS" -lt "$deadline" ]; do
    value="$(sed -n "s/.* $field=\([0-9.]*\).*/\1/p" "$log" | head -n1)"
    [ -z "$value" ] || { echo "$value"; return; }
    sleep 0.05
  done
  fail "the app did not report $field within 30 s; its log: $(cat "$log")"
}
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.0f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

start() {
  local rounds="${1:-7}" round log app
  export LLMOS_LOG=warn,llmos_lib=info
  for round in $(seq "$rounds"); do
    log="$work/$round.log"
    LLMOS_DATA_DIR="$work/data-$round" "$LLMOS_BINARY" 2>"$log" &
    app=$!
    reported "$log" first_paint_ms >>"$work/paint"
    reported "$log" model_ready_ms >>"$work/ready"
    kill "$app"
    wait "$app" 2>/dev/null || true
  done
  echo "rounds: $rounds, each on an empty data directory"
  echo "first paint after process start, ms: $(median <"$work/paint") (median)"
  echo "model ready after process start, ms: $(median <"$work/ready") (median)"
}

# A measurement that drives the page, through the window tests' WebDriver client.
drive() {
  have WebKitWebDriver || fail "WebKitWebDriver is missing; on Debian: apt-get install webkit2gtk-driver"
  use_node
  export LLMOS_E2E_DIR="$work" LLMOS_XVFB="$xvfb" LLMOS_LOG=warn
  node "$root/ui/e2e/app/$1.mjs" "${@:2}"
}

case "$what" in
  start) start "$@" ;;
  answer) drive measure-answer "$@" ;;
  frames) drive measure-frames "$@" ;;
  job) drive measure-job "$@" ;;
  history)
    [ -f "${1:-}/llmos.db" ] || fail "history needs a folder that the store's example has filled"
    drive measure-history "$@"
    ;;
  *) fail "no measurement '$what'; there are: start, answer, frames, job, history" ;;
esac
