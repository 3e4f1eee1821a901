#!/usr/bin/env bash
# Builds the web console into build/console, which langyan-center serves (--console). Nothing is done
# twice: packages are installed when the lockfile changed, the console is built when a file did.
# `build.sh packages` only installs.
set -euo pipefail
cd "$(dirname "$0")"
. ./node.sh

out=../../build/console installed=node_modules/.langyan-lock
if ! cmp -s package-lock.json $installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json $installed
fi
[ "${1:-}" = packages ] && exit 0
newest=$(find src public index.html package-lock.json package.json tsconfig.json vite.config.ts -type f -newer $out/index.html -print -quit 2>/dev/null || echo all)
[ -z "$newest" ] && exit 0
npm run --silent build -- --logLevel warn
