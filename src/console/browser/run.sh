#!/usr/bin/env bash
# The console's tests as ctest calls them: unit | types BIN [--accept] | browser|pages|administration|nation|way BIN
# PICTURES | pictures BIN PICTURES, which runs the first four and makes docs/img of what they leave.
# Builds what is missing first; two that run at once build once.
set -euo pipefail
cd "$(dirname "$0")/.."

skip() { echo "$*"; [ "${CI:-}" = true ] && exit 1; exit 77; }
mkdir -p ../../build
exec 9>../../build/console.lock
flock 9
what=; [ "$1" = types ] && what=packages  # a console whose types are stale may not build
./build.sh $what || skip "the console cannot be built here; ./install.sh console installs Node and npm"
flock -u 9
. ./node.sh

case "$1" in
  unit) npm run --silent test ;;
  types)
    made=$(mktemp -d); trap 'rm -rf "$made"' EXIT
    "$2/langyan-center" --openapi >"$made/openapi.json"
    npx openapi-typescript "$made/openapi.json" -o "$made/schema.ts" >/dev/null
    [ "${3:-}" = --accept ] && { cp "$made/schema.ts" src/api/schema.ts; exit 0; }
    diff -u src/api/schema.ts "$made/schema.ts" | head -20
    cmp -s src/api/schema.ts "$made/schema.ts" ||
      { echo "src/api/schema.ts is stale: src/console/browser/run.sh types $2 --accept"; exit 1; } ;;
  browser | pages | administration | nation | way) node browser/"${1/browser/console}"_test.mjs "$2" "$PWD/../../build/console" "$3" ;;
  pictures)
    for test in console pages administration nation; do node browser/${test}_test.mjs "$2" "$PWD/../../build/console" "$3"; done
    node browser/pictures.mjs "$3" ../../docs/img ;;
  *) echo "usage: run.sh unit | types BIN [--accept] | browser|pages|administration|nation|way|pictures BIN PICTURES" >&2; exit 2 ;;
esac
