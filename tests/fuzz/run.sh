#!/usr/bin/env bash
# Runs each fuzz target, one after the other, and ends with a failure when one finds something.
#   tests/fuzz/run.sh SECONDS [TARGET]...     build/fuzz must be configured or configurable
# New inputs grow build/fuzz/corpus; what was found stands in build/fuzz/found. To keep a finding:
# mend it, then put the input into tests/fuzz/corpus/<target>/ under a name that says what it was.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:?seconds for each target}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(parsers path rules engine config eve ingest spool query)
. ./ccache.sh
mkdir -p build
cmake --preset fuzz >build/fuzz.configure.log 2>&1 || { cat build/fuzz.configure.log; exit 1; }
cmake --build --preset fuzz -j "$(nproc)" --target make_seeds "${targets[@]/%/_fuzz}" -- --quiet
rm -rf build/fuzz/seeds
python3 tests/fuzz/seeds.py build/fuzz/seeds
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1:malloc_context_size=6:quarantine_size_mb=32
build/fuzz/bin/make_seeds pcaps build/fuzz/seeds/parsers >/dev/null
export UBSAN_OPTIONS=print_stacktrace=1
failed=0
for target in "${targets[@]}"; do
  corpus=build/fuzz/corpus/$target found=build/fuzz/found/$target
  seeds=build/fuzz/seeds/$target
  [ "$target" != engine ] || seeds=build/fuzz/seeds/parsers  # what it reads has the same form
  mkdir -p "$corpus" "$found" "tests/fuzz/corpus/$target"
  echo "== $target: $seconds s"
  build/fuzz/bin/"$target"_fuzz -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2560 -max_len=65536 \
    -use_value_profile=1 -entropic=0 -artifact_prefix="$found/" -print_final_stats=1 \
    "$corpus" "tests/fuzz/corpus/$target" "$seeds" >build/fuzz/"$target".log 2>&1 ||
    { failed=1; tail -40 build/fuzz/"$target".log; }
  grep -E "stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|cov:" build/fuzz/"$target".log | tail -4
done
exit $failed
