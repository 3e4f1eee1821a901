#!/usr/bin/env bash
# Fuzzes each protocol by itself, one after the other or some at a time, and writes what was done into
# docs/fuzzing.md: executions and CPU time are added to what stands there, the last column is kept.
#   tests/fuzz/each.sh [-j N] SECONDS [PROTOCOL]...      without a name every protocol of the registry
# SECONDS are of CPU time: on a busy machine a protocol is started again until it has had them.
# build/fuzz must be configured or configurable. New inputs grow build/fuzz/corpus/<protocol>; what was
# found stands in build/fuzz/found/<protocol>. To run one again:
#   LANGYAN_FUZZ_PROTOCOL=<protocol> build/fuzz/bin/parsers_fuzz build/fuzz/found/<protocol>/crash-…
set -euo pipefail
cd "$(dirname "$0")/../.."
jobs=1
[ "${1:-}" != -j ] || { jobs=${2:?jobs}; shift 2; }
seconds=${1:?seconds for each protocol}
shift
. ./ccache.sh
mkdir -p build
cmake --preset fuzz >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }
cmake --build --preset fuzz -j "$(nproc)" --target make_seeds parsers_fuzz -- --quiet
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:malloc_context_size=6:quarantine_size_mb=32
export UBSAN_OPTIONS=print_stacktrace=1
rm -rf build/fuzz/seeds/parsers
build/fuzz/bin/make_seeds pcaps build/fuzz/seeds/parsers >build/fuzz/seeds.log
protocols=("$@")
[ ${#protocols[@]} -gt 0 ] || mapfile -t protocols < <(sed 's/:.*//' build/fuzz/seeds.log)

one() {
  local protocol=$1 log=build/fuzz/$1.log status=0
  local corpus=build/fuzz/corpus/$protocol found=build/fuzz/found/$protocol seeds=build/fuzz/seeds/parsers/$protocol
  [ -d "$seeds" ] || { echo "$protocol is no protocol of this build"; return 1; }
  mkdir -p "$corpus" "$found"
  local left=$seconds
  while [ "$left" -gt 0 ] && [ "$status" = 0 ]; do
    { TIMEFORMAT='cpu %U %S'; time LANGYAN_FUZZ_PROTOCOL=$protocol build/fuzz/bin/parsers_fuzz -max_total_time=$((left > 20 ? left : 20)) \
        -timeout=20 -rss_limit_mb=2560 -max_len=16384 -use_value_profile=1 -entropic=0 -artifact_prefix="$found/" \
        -print_final_stats=1 "$corpus" "$seeds" >"$log" 2>&1 || status=$?; } 2>"$log.time"
    left=$(awk -v left="$left" '/^cpu/ {print int(left - $2 - $3)}' "$log.time")
    python3 tests/fuzz/record.py docs/fuzzing.md "$protocol" "$log" "$log.time" "$status"
  done
  [ "$status" = 0 ] || { tail -40 "$log"; return 1; }
}

failed=0 running=0
for protocol in "${protocols[@]}"; do
  if [ "$running" -ge "$jobs" ]; then wait -n || failed=1; else running=$((running + 1)); fi
  one "$protocol" &
done
while [ "$running" -gt 0 ]; do wait -n || failed=1; running=$((running - 1)); done
exit $failed
