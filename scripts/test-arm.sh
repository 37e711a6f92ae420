#!/usr/bin/env bash
# The kernels' tests for 64-bit ARM, on an emulated processor where the real one is another; clippy too, which
# elsewhere never sees that code. Not part of `make test`: it needs a second compiler.
#
# Debian, as root or with a password-less sudo: installs QEMU and a linker. Rust's library for ARM is the one that
# rustup has added; without one, Debian's compiler and library are unpacked into target/tools. Where these can't be
# had, says why and ends as if all was well.
. "$(dirname "$0")/lib.sh"

target=aarch64-unknown-linux-gnu
home="$tools/arm"
# The linker goes by gcc's triple, which is not Rust's.
linker=aarch64-linux-gnu-gcc
qemu="qemu-aarch64-static"
libraries=/usr/aarch64-linux-gnu
system_packages=(qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross)

skip() {
  echo "skip: $*"
  exit 0
}

# Apt with lists of its own, which have ARM's packages: the system's stay as they are, and nobody needs be root.
private_apt() {
  local command="$1"
  shift
  "$command" -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 -o APT::Sandbox::User= \
    -o Dir::State::lists="$home/apt/lists" -o Dir::Cache="$home/apt/cache" "$@"
}

candidate() { private_apt apt-cache policy "$1" | sed -n 's/^ *Candidate: //p'; }
depends() { private_apt apt-cache depends --important "$1" | sed -n 's/^ *Depends: //p'; }

has_system_tools() { have "$linker" && have "$qemu" && [ -e "$libraries/lib/libc.so.6" ]; }

install_system_tools() {
  local as_root=()
  has_system_tools && return
  have apt-get || skip "no $qemu and $linker here, and no apt-get to bring them"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || skip "packages are missing: sudo apt-get install ${system_packages[*]}"
    as_root=(sudo -n)
  fi
  say "Installing system packages: ${system_packages[*]}"
  ${as_root[@]+"${as_root[@]}"} apt-get update -qq || true
  ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${system_packages[@]}" >&2 ||
    skip "these packages can't be had: ${system_packages[*]}"
  has_system_tools || fail "these packages are installed, yet what they bring is not found: ${system_packages[*]}"
}

rustup_has_target() {
  local library
  library="$(rustc --print target-libdir --target "$target")" && compgen -G "$library/libstd-*.rlib" >/dev/null
}

# Unpacks Debian's compiler, its libraries for both processors and its clippy. `-web` is the recent one that
# Debian's browsers are built with; later releases have one as recent without it.
fetch_rust() {
  local minimum suffix version package
  minimum="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
  stamped "$home/.complete" "$minimum" && return
  if ! have apt-get || [ "$(uname -m)" != x86_64 ]; then
    skip "no Rust library for ARM. Run this, then try again: rustup target add $target"
  fi
  say "Fetching Debian's Rust for ARM into target/tools"
  rm -rf "$home"
  mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial" "$home/packages"
  # One source that fails is no reason to do without the others.
  private_apt apt-get update -qq || true
  for suffix in -web ""; do
    version="$(candidate "libstd-rust$suffix-dev:arm64")"
    # `(none)` where the package is known by name only.
    if [[ "$version" == [0-9]* ]] && dpkg --compare-versions "$version" ge "$minimum"; then break; fi
    version=""
  done
  [ -n "$version" ] ||
    skip "no package libstd-rust-web-dev:arm64 or libstd-rust-dev:arm64 of $minimum or later, and no other Rust" \
      "library for ARM. Where rustup's server can be reached: rustup target add $target"
  (
    # The two whose names have a version in them are found by who needs them.
    library="$(depends "libstd-rust$suffix-dev" | grep '^libstd-rust')"
    llvm="$(depends "$library" | grep '^libllvm')"
    cd "$home/packages" || exit
    # Compiler, libraries and clippy only work together when they are of one version.
    private_apt apt-get download -qq "libstd-rust$suffix-dev:arm64=$version" "libstd-rust$suffix-dev:amd64=$version" \
      "rustc$suffix=$version" "rust$suffix-clippy=$version" "$library=$version" "$llvm"
  ) || skip "the packages around rustc$suffix $version can't be had"
  for package in "$home"/packages/*.deb; do dpkg -x "$package" "$home"; done
  rm -rf "$home/packages" "$home/apt"
  printf '%s' "$minimum" >"$home/.complete"
}

use_cargo
case "$(uname -m)" in
  aarch64 | arm64)
    say "On this processor itself"
    cargo clippy --release --package llmos-kernels --lib --tests -- -D warnings
    exec cargo test --release --package llmos-kernels --lib --tests
    ;;
esac
[ "$(system)" = linux ] || skip "QEMU runs programs of another processor on Linux only"

install_system_tools
clippy=(cargo clippy)
if ! rustup_has_target; then
  fetch_rust
  RUSTC="$home/usr/bin/rustc"
  LD_LIBRARY_PATH="$home/usr/lib/x86_64-linux-gnu"
  export RUSTC LD_LIBRARY_PATH
  clippy=("$home/usr/bin/cargo-clippy" clippy)
fi
note "$("${RUSTC:-rustc}" --version)"

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER="$linker"
# Apart from the other builds, which another version of the compiler would throw away.
arguments=(--release --package llmos-kernels --lib --tests
  --target "$target" --target-dir "${CARGO_TARGET_DIR:-$root/target}/arm")

say "Clippy for ARM"
"${clippy[@]}" "${arguments[@]}" -- -D warnings

# A processor with everything, one without i8mm, one without dotprod: the tests go through the levels that each
# has, and what a processor lacks must not be reached on it.
for processor in max neoverse-n1 cortex-a72; do
  say "Tests on an emulated $processor"
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="$qemu -cpu $processor -L $libraries" \
    cargo test "${arguments[@]}"
done
echo "kernels: passed on all emulated processors"
