#!/usr/bin/env bash
# The web part of the app.
#   ui.sh install   Node packages, when the lock file changed
#   ui.sh build     ui/dist, when a source changed (implies install)
#   ui.sh dev       a server for working on the UI in a browser, against the scripted mock of the app
. "$(dirname "$0")/lib.sh"
use_node

# Both stamps lie in node_modules, so that removing it starts anew.
installed=ui/node_modules/.stamp-install
built=ui/node_modules/.stamp-build

install_packages() {
  local now
  now="$(printf '%s\n' ui/package.json ui/package-lock.json | fingerprint) $(node --version)"
  stamped "$installed" "$now" && return
  say "Installing the Node packages of the UI"
  npm ci --prefix ui --no-audit --no-fund >&2
  echo "$now" >"$installed"
}

build_ui() {
  local now
  install_packages
  now="$(find ui \( -name node_modules -o -name dist -o -name e2e \) -prune -o -type f -print | fingerprint)"
  [ -f ui/dist/index.html ] && stamped "$built" "$now" && return
  say "Building the UI"
  npm run --silent --prefix ui build >&2
  echo "$now" >"$built"
}

case "${1:-build}" in
  install) install_packages ;;
  build) build_ui ;;
  dev) install_packages && exec npm run --prefix ui dev ;;
  *) fail "usage: ui.sh install|build|dev" ;;
esac
