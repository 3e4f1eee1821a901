#!/usr/bin/env bash
# Starts a center on loopback and lets the sensor monitor into it: a day and a half of a water works that is made up,
# up to this moment (tests/plant), captures (-r FILE|DIR) or an interface (-i IFACE). Prints what the center then
# knows, and stays up until Ctrl-C; --once ends after the summary, --keep keeps the data of the last run.
# --tiers: a nation instead, 31 provinces and a works as programs of their own, notices in every state (tests/tiers/nation.py).
set -euo pipefail
cd "$(dirname "$0")"

captures=() interface="" once=no keep=no tiers=no
usage() { sed -n '2,5s/^# //p' "$0"; echo "usage: ./run.sh [-r FILE|DIR]… | [-i IFACE] [--once] [--keep] | --tiers [--once]"; }
while [ $# -gt 0 ]; do
  case "$1" in
    -r) captures+=("${2:?-r needs a file or folder}"); shift 2 ;;
    -i) interface="${2:?-i needs an interface}"; shift 2 ;;
    --once) once=yes; shift ;;
    --keep) keep=yes; shift ;;
    --tiers) tiers=yes; shift ;;
    -h|--help) usage; exit 0 ;;
    *) echo "run.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
done
if [ ${#captures[@]} -gt 0 ] && [ -n "$interface" ]; then
  echo "run.sh: -r and -i: captures or an interface, not both" >&2; exit 2
fi
for capture in "${captures[@]}"; do
  [ -n "$interface" ] || [ -e "$capture" ] || { echo "run.sh: $capture: no such file or folder" >&2; exit 66; }
done

bin=build/release/bin data=build/run
mkdir -p build
./install.sh build
echo "building (the first time takes some minutes; see build/release.log)" >&2
. ./ccache.sh
cmake --preset release >build/release.log 2>&1 || { cat build/release.log >&2; exit 1; }
cmake --build --preset release -j "$(nproc)" --target langyan langyan-sensor langyan-center >>build/release.log 2>&1 ||
  { tail -40 build/release.log >&2; exit 1; }
console=()
if ./install.sh console && src/console/build.sh >build/console.log 2>&1; then
  console=(--console build/console)
else
  [ -s build/console.log ] && tail -5 build/console.log >&2
  echo "run.sh: the web console could not be built (needs Node and npm); everything else runs without it" >&2
fi

if [ $tiers = yes ]; then
  ./install.sh tiers
  ending=(); [ $once = no ] || ending=(--once)
  exec python3 tests/tiers/nation.py $bin "${ending[@]}"
fi
[ $keep = yes ] || rm -rf $data
mkdir -p $data && chmod 700 $data
rm -f $data/address
pids=()
stop() { trap - EXIT INT TERM; for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; }
trap 'stop' EXIT
trap 'echo >&2; exit 0' INT TERM

$bin/langyan-center --data $data --listen 127.0.0.1:8443 --next-free-port "${console[@]}" 2>$data/center.log &
center=$!; pids+=("$center")
for _ in $(seq 100); do
  [ -s $data/address ] && [ -S $data/admin.sock ] && break
  kill -0 "$center" 2>/dev/null || { cat $data/center.log >&2; exit 1; }
  sleep 0.1
done
[ -s $data/address ] || { echo "run.sh: the center did not start; see $data/center.log" >&2; exit 1; }
url=$(cat $data/address)
umask 077
$bin/langyan token add --data $data --role ingest --source demo-sensor --name run.sh >$data/sensor.token
$bin/langyan token add --data $data --role analyst --name run.sh >$data/analyst.token
export LANGYAN_CENTER=$url LANGYAN_TOKEN_FILE=$data/analyst.token

settings=() times=(--as-now)
[ "${captures[*]}" != pcaps ] || settings=(-c config/demo.yaml)
if [ ${#captures[@]} -eq 0 ] && [ -z "$interface" ]; then
  # The works' own people know their zones, devices and announced work, so its sensor is told.
  echo "making 36 hours of a water works" >&2
  python3 tests/plant/make_plant.py $data/works.pcap --hours 36 --thin 60 --act story --until now --settings >&2
  captures=($data/works.pcap) settings=(-c $data/works.yaml) times=()
fi
sensor=($bin/langyan-sensor "${settings[@]}" --set sensor.name=demo-sensor --set spool.folder=$data/spool
  --set uplink.url="$url" --set uplink.token_file=$data/sensor.token)
summary() {
  echo; echo "What the center at $url knows:"; echo
  $bin/langyan summary --since 2d
  cat <<TEXT

Ask it:
  export LANGYAN_CENTER=$url LANGYAN_TOKEN_FILE=$data/analyst.token
  $bin/langyan alerts ls
  $bin/langyan query --class operation verb=write --since 1d
  $bin/langyan alerts tail
  curl -H "Authorization: Bearer \$(cat $data/analyst.token)" $url/api/v1/alerts?severity=1
TEXT
  [ ${#console[@]} -eq 0 ] || cat <<TEXT

See it in a browser (signs you in once, within ten minutes; another: $bin/langyan link --data $data --user demo):
  $($bin/langyan link --data $data --user demo --role analyst)
TEXT
}
if [ -n "$interface" ]; then
  "${sensor[@]}" -i "$interface" & pids+=($!)
  [ $once = yes ] && { sleep 10; summary; exit 0; }
  echo "listening on $interface; Ctrl-C ends; events go to $url" >&2
  while sleep 60; do summary; done
fi
replay=()
for capture in "${captures[@]}"; do replay+=(-r "$capture"); done
"${sensor[@]}" "${replay[@]}" "${times[@]}"
summary
[ $once = yes ] && exit 0
echo; echo "The center stays up; Ctrl-C ends it." >&2
wait "$center"
