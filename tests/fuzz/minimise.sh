#!/usr/bin/env bash
# Keeps of what run.sh gathered the smallest inputs that together reach the most, a few kB for each
# target, in tests/fuzz/corpus; what stands there under a name of words is a past finding and stays.
#   tests/fuzz/minimise.sh [TARGET]...
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(parsers path rules config eve ingest spool query)
most_bytes=6000
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
for target in "${targets[@]}"; do
  small=build/fuzz/small/$target
  rm -rf "$small" && mkdir -p "$small" "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target"
  build/fuzz/bin/"$target"_fuzz -merge=1 -max_len=400 "$small" "build/fuzz/corpus/$target" "build/fuzz/seeds/$target" \
    >"build/fuzz/$target.merge.log" 2>&1 || { tail -20 "build/fuzz/$target.merge.log"; exit 1; }
  find "tests/fuzz/corpus/$target" -type f -regextype posix-extended -regex '.*/[0-9a-f]{40}' -delete
  left=$most_bytes
  while read -r size file; do
    [ "$size" -le "$left" ] || continue
    left=$((left - size))
    cp "$file" "tests/fuzz/corpus/$target/"
  done < <(find "$small" -type f -printf '%s %p\n' | sort -R --random-source=<(yes))
done
