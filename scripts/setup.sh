#!/usr/bin/env bash
# Brings the system packages that building (`setup.sh run`) or testing (`setup.sh test`) needs.
#
# Debian and Ubuntu, as root or with a password-less sudo: installs what is missing. Anywhere else:
# looks, and if something is missing prints the command that brings it and stops. Asks nothing.
. "$(dirname "$0")/lib.sh"

purpose="${1:-run}"

has_library() { have pkg-config && pkg-config --exists "$1"; }
has_font_for() { have fc-list && [ -n "$(fc-list ":lang=$1" 2>/dev/null)" ]; }
has_pip() {
  local python
  python="$(python)" && "$python" -m pip --version >/dev/null 2>&1
}
has_chromium() { have chromium || have chromium-browser || have google-chrome; }

# One line a need: a probe | Debian, Ubuntu | Fedora | Arch.
# perl and cmake build the vendored OpenSSL (for SQLCipher) and the TLS library that mistral.rs links.
run_needs='
have cc|build-essential|gcc gcc-c++ make|base-devel
have c++|build-essential|gcc-c++|base-devel
have make|build-essential|make|base-devel
have perl|perl|perl|perl
have cmake|cmake|cmake|cmake
have pkg-config|pkg-config|pkgconf-pkg-config|pkgconf
has_pip|python3 python3-pip|python3 python3-pip|python python-pip
has_library gtk+-3.0|libgtk-3-dev|gtk3-devel|gtk3
has_library webkit2gtk-4.1|libwebkit2gtk-4.1-dev|webkit2gtk4.1-devel|webkit2gtk-4.1
'
test_needs='
have shellcheck|shellcheck|ShellCheck|shellcheck
have Xvfb|xvfb|xorg-x11-server-Xvfb|xorg-server-xvfb
have xauth|xauth|xorg-x11-xauth|xorg-xauth
have WebKitWebDriver|webkit2gtk-driver|webkit2gtk4.1|webkit2gtk-4.1
have dbus-run-session|dbus|dbus-daemon|dbus
have ip|iproute2|iproute|iproute2
has_chromium|chromium|chromium|chromium
has_font_for en|fonts-noto-core|google-noto-sans-fonts|noto-fonts
has_font_for zh-cn|fonts-noto-cjk|google-noto-sans-cjk-fonts|noto-fonts-cjk
has_font_for und-zsye|fonts-noto-color-emoji|google-noto-color-emoji-fonts|noto-fonts-emoji
'

# Prints the packages (column 2, 3 or 4) whose probes fail, each once.
missing_packages() {
  local column="$1" needs="$run_needs" line probe
  [ "$purpose" = test ] && needs+="$test_needs"
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    IFS='|' read -r probe _ <<<"$line"
    $probe || cut -d'|' -f"$column" <<<"$line" | tr ' ' '\n'
  done <<<"$needs" | sort -u | tr '\n' ' '
}

# Runs a command as root, with no question asked.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
can_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }

setup_debian() {
  local packages
  read -ra packages <<<"$(missing_packages 2)"
  [ ${#packages[@]} -gt 0 ] || return 0
  if ! can_be_root; then
    fail "system packages are missing. Run this, then try again:
    sudo apt-get install ${packages[*]}"
  fi
  say "Installing system packages: ${packages[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
  read -ra packages <<<"$(missing_packages 2)"
  [ ${#packages[@]} -eq 0 ] || fail "these packages are installed, yet what they bring is not found: ${packages[*]}"
}

# Other Linux systems: the package names are given, the person installs.
setup_linux() {
  local column="$1" command="$2" packages
  packages="$(missing_packages "$column")"
  [ -z "${packages// /}" ] || fail "system packages are missing. Run this, then try again:
    $command $packages"
}

setup_macos() {
  xcode-select -p >/dev/null 2>&1 || fail "the Xcode command line tools are missing. Run: xcode-select --install"
  have cmake || fail "CMake is missing. Run: brew install cmake"
  has_pip || fail "Python 3 with pip is missing. Run: brew install python"
}

setup_windows() {
  have cmake || fail "CMake is missing. Run: winget install Kitware.CMake"
  have perl || fail "Perl is missing. Run: winget install StrawberryPerl.StrawberryPerl"
  has_pip || fail "Python 3 with pip is missing. Run: winget install Python.Python.3.12"
  # Rust says by itself when the Visual Studio build tools are missing; Windows 10 and 11 bring WebView2.
}

case "$(system)" in
  linux)
    if have apt-get; then
      setup_debian
    elif have dnf; then
      setup_linux 3 "sudo dnf install"
    elif have pacman; then
      setup_linux 4 "sudo pacman -S --needed"
    else
      setup_linux 2 "With your package manager, install what Debian calls:"
    fi
    ;;
  macos) setup_macos ;;
  windows) setup_windows ;;
  *) note "This system is unknown to setup.sh; going on." ;;
esac
use_cargo
