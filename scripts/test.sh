#!/usr/bin/env bash
# Every check of the project, cheap ones first. `test.sh STEP...` runs only those; `test.sh --list` names them.
#
# All steps run even if one fails, so that one run tells everything. Each step's output is also kept in
# artifacts/logs/. The last line counts the steps.
. "$(dirname "$0")/lib.sh"

step_fmt() { cargo fmt --all --check; }
step_scripts() { shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh ui/e2e/app/*.sh .ci/run; }
step_ui_lint() { npm run --silent --prefix ui lint; }
step_ui_check() { npm run --silent --prefix ui check; }
step_ui_test() { npm run --silent --prefix ui test; }
step_ui_build() { scripts/ui.sh build; }
step_ui_browser() { npm run --silent --prefix ui e2e:browser; }
step_clippy() { cargo clippy --release --workspace --all-targets -- -D warnings; }
step_rust_build() { cargo build --release --workspace; }
step_rust_test() { cargo test --release --workspace; }

# Licences, bans and sources. Known vulnerabilities change by the day and need the network: `make audit`.
step_deny() {
  scripts/cargo-deny.sh check bans licenses sources
  echo "advisories: left out here, they need the network: make audit"
}

# The built app in its real window; the script gives it a display and a network namespace with nothing but loopback.
step_app() { npm run --silent --prefix ui e2e:app; }

all=(fmt scripts ui_lint ui_check ui_test ui_build ui_browser clippy rust_build rust_test deny app)

if [ "${1:-}" = --list ]; then
  printf '%s\n' "${all[@]}"
  exit
fi
steps=("$@")
[ "$#" -gt 0 ] || steps=("${all[@]}")

scripts/setup.sh test
scripts/model.sh
scripts/ui.sh install
use_cargo
use_node
mkdir -p "$artifacts/logs"

passed=0
failed=()
for step in "${steps[@]}"; do
  declare -F "step_$step" >/dev/null || fail "no step '$step'; there are: ${all[*]}"
  say "$step"
  started=$SECONDS
  # A step in a condition would lose `set -e` inside, hence the shell of its own and the status by hand.
  set +e
  (
    set -e
    "step_$step"
  ) 2>&1 | tee "$artifacts/logs/$step.log"
  status=${PIPESTATUS[0]}
  set -e
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    note "$step: passed in $((SECONDS - started)) s"
  else
    failed+=("$step")
    note "$step: FAILED with status $status after $((SECONDS - started)) s"
  fi
done

# Of a long run only the end may be read: what failed says there how.
for step in ${failed[@]+"${failed[@]}"}; do
  say "$step failed; its last lines"
  tail -n 40 "$artifacts/logs/$step.log"
done

say "Done in $((SECONDS / 60)) min $((SECONDS % 60)) s"
for step in ${failed[@]+"${failed[@]}"}; do
  note "failed: $step (artifacts/logs/$step.log)"
done
echo "steps: $passed passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
