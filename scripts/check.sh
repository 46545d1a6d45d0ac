#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make check`: every static gate, all of them even if one fails; prints one line a gate, exits 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
gate() {
  local name=$1 out
  shift
  if out=$("$@" 2>&1 </dev/null); then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    printf '%s\n' "$out"
    failed=1
  fi
}

gate "ruff check" .venv/bin/ruff check --quiet --output-format=concise .
gate "ruff format" .venv/bin/ruff format --check --quiet .
gate "mypy strict" .venv/bin/mypy
gate "import-linter" .venv/bin/lint-imports --no-logo
gate "file sizes" .venv/bin/python scripts/lint_size.py
gate "python locks" .venv/bin/python scripts/check_locks.py
gate "npm locks" .venv/bin/python scripts/chain_locks.py --check
gate "no registry hosts" .venv/bin/python scripts/check_hosts.py
gate "compiled contracts" .venv/bin/python scripts/compile_contracts.py --check
exit $failed
