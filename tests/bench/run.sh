#!/bin/sh
# The sensor's speed, stage by stage: makes the captures and prints the table of path_bench for each.
#
#   tests/bench/run.sh [BUILD]           a build folder, build/release when none is given
#   tests/bench/run.sh --short [BUILD]   a small capture and one pass: does it run at all
#   tests/bench/run.sh --rules [BUILD]   what 100 to 40,000 generated rules cost on plant and mixed traffic
#
# PACKETS, CONVERSATIONS (a list) and REPEATS may be set in the environment. Captures are made anew in
# build/bench and stay there for a profiler.
set -eu
cd "$(dirname "$0")/../.."
packets=${PACKETS:-1000000} conversations=${CONVERSATIONS:-200 1000} repeats=${REPEATS:-5}
if [ "${1:-}" = --short ]; then
  packets=20000 conversations=50 repeats=1
  shift
fi
large_sets=
if [ "${1:-}" = --rules ]; then
  large_sets=yes
  shift
fi
build=${1:-build/release}
for program in make_capture path_bench; do
  if [ ! -x "$build/bin/$program" ]; then
    echo "run.sh: $build/bin/$program is not there; build it: ninja -C $build make_capture path_bench" >&2
    exit 1
  fi
done
mkdir -p build/bench
if [ -n "$large_sets" ]; then
  sets=-
  for count in 100 1000 10000 40000; do
    python3 tests/bench/make_rules.py $count >build/bench/$count.rules
    sets="$sets build/bench/$count.rules"
  done
  python3 tests/bench/make_rules.py 40000 --change 20010 >build/bench/40000-edited.rules
  "$build/bin/make_capture" pcaps build/bench/plant.pcap 200000 200
  "$build/bin/make_capture" pcaps build/bench/mixed.pcap 60000 2000 mixed
  "$build/bin/rules_bench" compile build/bench/40000.rules build/bench/40000-edited.rules
  for traffic in plant mixed; do
    # shellcheck disable=SC2086
    "$build/bin/rules_bench" cost build/bench/$traffic.pcap "$repeats" $sets
  done
  exit
fi
for count in $conversations; do
  capture=build/bench/$packets-packets-$count-conversations.pcap
  "$build/bin/make_capture" pcaps "$capture.$$" "$packets" "$count"
  mv "$capture.$$" "$capture"
  "$build/bin/path_bench" "$capture" tests/bench/rules_100.rules "$repeats"
done
