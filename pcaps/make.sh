#!/bin/bash
# Makes the captures of this folder anew.
#   make.sh              all captures, then the table of README.md
#   make.sh NAME...      only these, such as modbus/poll
#   make.sh --check      makes nothing, asks tshark whether the captures are as promised
#   make.sh --readme     writes the table of README.md anew
# Needs root (network namespaces), iproute2, tcpdump, tshark, /usr/bin/python3, node with npm and a
# C++ compiler. Packages are unpacked and built below build/pcaps; nothing is installed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
export PCAPS_WORK=${PCAPS_WORK:-$here/../build/pcaps}
export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1

# The stacks whose traffic is captured, and the libraries a bare Debian 12 lacks for them.
packages=(
  libmodbus5=3.1.6-2.1+deb12u1 python3-pymodbus=3.0.0-7 python3-serial=3.5-1.1
  python3-serial-asyncio=0.6-4
  nginx=1.22.1-9+deb12u10 curl=7.88.1-10+deb12u15 iputils-ping=3:20221126-1+deb12u1
  dnsmasq-base=2.90-4~deb12u2 libnetfilter-conntrack3=1.0.9-3 libnfnetlink0=1.0.2-2
  libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2
  bind9-dnsutils=1:9.18.49-1~deb12u3 bind9-libs=1:9.18.49-1~deb12u3 libjemalloc2=5.3.0-1
  libfstrm0=0.6.1-1 libprotobuf-c1=1.4.1-1+b1 liblmdb0=0.9.24-1
  openssh-server=1:9.2p1-2+deb12u10 openssh-client=1:9.2p1-2+deb12u10 libwrap0=7.6.q-32
  ethtool=1:6.1-1 libmnl0=1.0.4-3
  mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2 libmosquitto1=2.0.11-1.2+deb12u2
  libwebsockets17=4.1.6-3 libcjson1=1.7.15-1+deb12u4 libdlt2=2.18.8-6 libev4=1:4.33-1 libuv1=1.44.2-1+deb12u1
  cyclonedds-tools=0.10.2-2 libcycloneddsidl0=0.10.2-2 libddsc0debian=0.10.2-2
  libiceoryx-binding-c2=2.0.3+dfsg-1 libiceoryx-hoofs2=2.0.3+dfsg-1 libiceoryx-posh2=2.0.3+dfsg-1
  libiceoryx-platform2=2.0.3+dfsg-1
)

unpack_packages() {
  local mark=$PCAPS_WORK/packages
  [ "$(cat "$mark" 2>/dev/null)" = "${packages[*]}" ] && return
  mkdir -p "$PCAPS_WORK/debs" "$PCAPS_WORK/root"
  (cd "$PCAPS_WORK/debs" && apt-get -o APT::Sandbox::User=root -qq download "${packages[@]}") || {
    echo "make.sh: apt-get could not download the packages above at these versions;" \
      "run apt-get update, or change the versions in this script." >&2
    exit 1
  }
  for deb in "$PCAPS_WORK"/debs/*.deb; do dpkg -x "$deb" "$PCAPS_WORK/root"; done
  echo "${packages[*]}" > "$mark"
}

build_modules() {
  local node=$PCAPS_WORK/node prefix gyp
  mkdir -p "$node"
  if ! cmp -s "$here/tools/package-lock.json" "$node/package-lock.json"; then
    cp "$here/tools/package.json" "$here/tools/package-lock.json" "$node/"
    (cd "$node" && npm ci --ignore-scripts --no-audit --no-fund)
  fi
  [ -e "$node/node_modules/node-snap7/build/Release/node_snap7.node" ] && return
  # The module's own install script would first try a prebuilt download; this builds its sources.
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  gyp=$(dirname "$(readlink -f "$(command -v npm)")")/../node_modules/node-gyp/bin/node-gyp.js
  (cd "$node/node_modules/node-snap7" &&
    PYTHON=/usr/bin/python3 node "$gyp" rebuild --nodedir="$prefix" > "$node/build.log" 2>&1) || {
    echo "make.sh: node-snap7 did not build; see $node/build.log." >&2
    exit 1
  }
}

make_one() {
  local script=$here/$1.py
  [ -e "$script" ] || {
    echo "make.sh: there is no $1.py in pcaps/; names are such as modbus/poll." >&2
    exit 2
  }
  echo "$1" >&2
  (cd "$here" && /usr/bin/python3 "$script")
}

case ${1:-} in
  --check) shift; exec /usr/bin/python3 "$here/tools/verify.py" "$@" ;;
  --readme) exec /usr/bin/python3 "$here/tools/verify.py" --readme ;;
  -*) sed -n '2,6s/^# //p' "$0" >&2; exit 2 ;;
esac

unpack_packages
build_modules
if [ $# -gt 0 ]; then
  for name in "$@"; do make_one "$name"; done
  exec /usr/bin/python3 "$here/tools/verify.py" "$@"
fi
# Captures that are edits of others come after these.
scripts() { (cd "$here" && grep "$1" '^kind: .*edited' */*.py | grep -v '^tools/'); }
mapfile -t names < <(scripts -L; scripts -l)
for name in "${names[@]}"; do make_one "${name%.py}"; done
/usr/bin/python3 "$here/tools/verify.py" --readme
exec /usr/bin/python3 "$here/tools/verify.py"
