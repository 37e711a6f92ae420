#!/usr/bin/env bash
# Known vulnerabilities in the dependencies. Not part of `make test`: the answer changes by the day, not by
# the tree, and it needs the advisory database from the network.
. "$(dirname "$0")/lib.sh"

scripts/cargo-deny.sh check advisories
use_node
npm audit --prefix ui --audit-level=moderate
