#!/usr/bin/env bash
# Installs what is missing of the Debian 12 packages that building (build), the web console (console), the nation of
# run.sh --tiers (tiers) or testing (test, all of them) needs. A Node and npm that are there from elsewhere will do.
# The only list of packages; docs/dependencies.md says why each is there, and a test compares.
set -euo pipefail

build=(g++ cmake ninja-build ccache lld pkg-config git ca-certificates python3
  libpcap-dev libhyperscan-dev libpcre2-dev libmaxminddb-dev libboost1.81-dev libboost-program-options1.81-dev
  libyaml-cpp-dev libsimdjson-dev libsqlite3-dev libzstd-dev libssl-dev libcurl4-openssl-dev
  zlib1g-dev libbrotli-dev libsodium-dev liboath-dev librdkafka-dev libfmt-dev libspdlog-dev libgtest-dev libgmock-dev libbenchmark-dev rapidjson-dev
  curl jq ieee-data)
console=(nodejs npm)
tiers=(libfaketime)
test=(chromium fonts-noto-cjk python3-yaml nlohmann-json3-dev iproute2 systemd openssl zstd sqlite3 clang-14 libclang-rt-14-dev clickhouse-server
  libzookeeper-java default-jre-headless)

case "${1:-build}" in
  build) need=("${build[@]}") ;;
  console) need=("${console[@]}") ;;
  tiers) need=("${tiers[@]}") ;;
  test) need=("${build[@]}" "${console[@]}" "${tiers[@]}" "${test[@]}") ;;
  list) printf '%s\n' "${build[@]}" "${console[@]}" "${tiers[@]}" "${test[@]}"; exit 0 ;;
  *) echo "usage: install.sh [build|console|tiers|test|list]" >&2; exit 2 ;;
esac

missing=()
for package in "${need[@]}"; do
  case $package in
    nodejs) command -v node >/dev/null && continue ;;
    npm) command -v npm >/dev/null && continue ;;
  esac
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "install.sh: missing: ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2; exit 77; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
