#!/usr/bin/env bash
# Starts the built app on an empty data directory several times and prints the medians of what it reports about its
# own start: the first paint, and when the model was ready. Linux, on a display of its own.
#
#   scripts/measure-window.sh [ROUNDS]
. "$(dirname "$0")/lib.sh"

rounds="${1:-7}"
binary="$(release_dir)/llmos"
[ -x "$binary" ] || fail "the app is not built: run make run"
work="$(mktemp -d)"
trap 'kill "${xvfb:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -ac 3>"$work/display" 2>/dev/null &
xvfb=$!
read -r number <"$work/display"
export DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1 WEBKIT_DISABLE_DMABUF_RENDERER=1 GDK_BACKEND=x11 NO_AT_BRIDGE=1
export LLMOS_MODEL="${LLMOS_MODEL:-$model}" LLMOS_LOG=warn,llmos_lib=info

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

for round in $(seq "$rounds"); do
  log="$work/$round.log"
  LLMOS_DATA_DIR="$work/data-$round" "$binary" 2>"$log" &
  app=$!
  reported "$log" first_paint_ms >>"$work/paint"
  reported "$log" model_ready_ms >>"$work/ready"
  kill "$app"
  wait "$app" 2>/dev/null || true
done
echo "rounds: $rounds, each on an empty data directory"
echo "first paint after process start, ms: $(median <"$work/paint") (median)"
echo "model ready after process start, ms: $(median <"$work/ready") (median)"
