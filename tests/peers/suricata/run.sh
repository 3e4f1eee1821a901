#!/bin/sh
# The same captures and rules through Suricata and through the sensor; prints the alerts that differ.
#
#   tests/peers/suricata/run.sh [BUILD] [RULES [CAPTURE…]]     a build folder, build/release when none is given
#
# RULES: tests/peers/suricata/octets.rules when none is given; CAPTURE: all of pcaps/ when none is given. Without a
# suricata on this machine it says so and ends well: no test needs one. What rightly differs stands in expected.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=${1:-$root/build/release}
[ $# -gt 0 ] && shift
if ! command -v suricata >/dev/null; then
  echo "run.sh: no suricata here; install one (Debian: bookworm-backports has 7.0) to compare with it"
  exit 0
fi
exec python3 "$here/compare.py" "$build/bin/langyan-sensor" "$@"
