#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. --long adds the thread sanitizer, 200 kill
# rounds and the fuzzers; CI runs this without arguments.
set -euo pipefail
cd "$(dirname "$0")"
long=no
[ "${1:-}" = --long ] && long=yes
export CTEST_OUTPUT_ON_FAILURE=1
. ./ccache.sh

say() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
# build PRESET [TARGET]. Warnings are errors where no sanitizer makes the compiler see what is not there.
build() { cmake --preset "$1" -DLANGYAN_WERROR=$([ "$1" = release ] && echo ON || echo OFF) >build/"$1".configure.log 2>&1 ||
    { cat build/"$1".configure.log; exit 1; }
  cmake --build --preset "$1" -j "$(nproc)" ${2:+--target "$2"} -- --quiet; }

mkdir -p build
say "packages"; ./install.sh test
say "build: console"; src/console/build.sh
say "build: release"; build release
say "tests: release"; ctest --preset release -j "$(($(nproc) + 1))" -LE long  # one more than there are processors: many wait
say "run.sh --once"; ./run.sh --once >build/run.txt
for planted in "TCP scan" "Device identity read" "A host writes to a device for the first time" "A written value outside its usual range" \
  "S7 CPU stopped" "Controller started on a program just loaded"; do
  grep -q "$planted" build/run.txt || { echo "run.sh --once does not show: $planted"; cat build/run.txt; exit 1; }
done
grep -q "/link/" build/run.txt || { echo "run.sh --once prints no link to the console"; exit 1; }
say "build: asan"; build asan unit
say "tests: asan"; ctest --preset asan -j "$(nproc)" -L unit
if [ $long = yes ]; then
  say "build: tsan"; build tsan unit
  say "tests: tsan"; ctest --preset tsan -j "$(nproc)" -L unit
  say "tests: long"; ctest --preset release -L long
  say "fuzz: 60 s each target"; tests/fuzz/run.sh 60
fi
say "done"
