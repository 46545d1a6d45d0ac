#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A newcomer's first minutes: temporary clone, fresh home and caches, PATH without node, npm and uv.
# `make demo` reaches READY in <= 60 s cold (downloads included) and <= 8 s warm, then `.ci/run`, which calls
# `make test`, passes there within 20 minutes.
# Usage: cold.sh [--quick]  (--quick leaves `.ci/run` out). Prints PASS|FAIL lines with seconds; exits 1 on a FAIL.
# What is committed is measured. Other load on the machine shows in the seconds.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
quick=${1:-}
cold_limit=${ONCE_COLD_SECONDS:-60}
warm_limit=${ONCE_WARM_SECONDS:-8}
ci_limit=${ONCE_CI_SECONDS:-1200}
failed=0
leader=

place=$(mktemp -d "${TMPDIR:-/tmp}/once-cold.XXXXXX")
stop_demo() {  # the whole group that we started, and nothing else
  [ -n "$leader" ] || return 0
  kill -TERM -- "-$leader" 2>/dev/null
  for _ in $(seq 100); do kill -0 -- "-$leader" 2>/dev/null || break; sleep 0.1; done
  kill -KILL -- "-$leader" 2>/dev/null && report FAIL "stop" "the demo did not end within 10 s of SIGTERM"
  wait "$leader" 2>/dev/null
  leader=
}
clean() { stop_demo; rm -rf "$place"; }
trap clean EXIT
trap 'exit 130' INT TERM

report() {
  echo "$1 cold.$2 $3"
  [ "$1" = PASS ] || failed=1
}
now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
within() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }

# every program of the caller's PATH but those that a bare machine lacks
mkdir -p "$place/bin" "$place/home" "$place/tmp"
IFS=: read -r -a folders <<<"$PATH"
for folder in "${folders[@]}"; do
  for program in "$folder"/*; do
    name=${program##*/}
    case $name in node | nodejs | npm | npx | corepack | uv | uvx | anvil | forge | solc) continue ;; esac
    [ -x "$program" ] && [ ! -e "$place/bin/$name" ] && ln -s "$program" "$place/bin/$name"
  done
done
for name in $(compgen -e); do  # nothing of an activated environment, no cache, no setting of ours
  case $name in VIRTUAL_ENV | PYTHONPATH | PYTHONHOME | XDG_* | ONCE_* | UV_* | PIP_CACHE_DIR | PIP_FIND_LINKS | npm_* | MAKE* | MFLAGS)
    [ "$name" = ONCE_VECTORS ] || unset "$name" ;;
  esac
done
if [ -z "${ONCE_VECTORS:-}" ] && [ -d "$root/../shared/vectors" ]; then
  ONCE_VECTORS=$(cd "$root/../shared/vectors" && pwd)
  export ONCE_VECTORS
fi
export HOME=$place/home TMPDIR=$place/tmp PATH=$place/bin
git clone -q "file://$root" "$place/clone" || exit 2
cd "$place/clone" || exit 2

start_demo() {  # $1 name, $2 limit in seconds
  local began seconds ready=
  began=$(now)
  : >"$place/$1.out"  # it is read before the child has opened it
  setsid make demo >"$place/$1.out" 2>"$place/$1.err" </dev/null &
  leader=$!
  while kill -0 "$leader" 2>/dev/null; do
    ready=$(grep -m1 '^READY ' "$place/$1.out") && break
    within "$(since "$began")" $(($2 * 3)) || break
    sleep 0.05
  done
  seconds=$(since "$began")
  if [ -z "$ready" ]; then
    report FAIL "$1" "no READY after $seconds s"
    cat "$place/$1.err" "$place/$1.out" | tail -15 | sed 's/^/     | /'
  elif within "$seconds" "$2"; then
    report PASS "$1" "$seconds s (limit $2 s) $ready"
  else
    report FAIL "$1" "$seconds s (limit $2 s) $ready"
  fi
  stop_demo
}

start_demo cold "$cold_limit"
start_demo warm "$warm_limit"
if [ "$quick" != --quick ]; then
  began=$(now)
  bash .ci/run </dev/null 2>&1 | tee "$place/ci.out"
  state=${PIPESTATUS[0]} seconds=$(since "$began")
  summary=$(grep -E '^=+ .*(passed|failed|error).* =+$' "$place/ci.out" | tail -1 | tr -d =)
  case $summary in
    *failed* | *error* | '') report FAIL test "${summary:-no test ran}" ;;
    *) report PASS test "$summary" ;;
  esac
  if [ "$state" -eq 0 ] && within "$seconds" "$ci_limit"; then verdict=PASS; else verdict=FAIL; fi
  report $verdict ci "exit $state after $seconds s (limit $ci_limit s)"
fi
exit $failed
