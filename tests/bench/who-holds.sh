#!/bin/sh
# `./dev bench who-holds`: wasession who-holds against the floor program and lsof, alternating, in
# one run. Makes its own data: 500 processes with 50 descriptors each, one of which works in an auth
# directory and is connected.
set -eu
build=$1
count=${2:-500}
rounds=${BENCH_ROUNDS:-15}
floor=$build/tests/bench/bench_floor_descriptors
data=$(mktemp -d "${TMPDIR:-/tmp}/wasession-bench-XXXXXX")
maker=
cleanup() {
  # The processes end with the one that made them.
  [ -n "$maker" ] && kill "$maker" 2>/dev/null && wait "$maker" 2>/dev/null
  rm -rf "$data"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
export HOME="$data/home"
mkdir "$HOME" "$data/files"
"$build/tests/bench/bench_make_directories" "$data/stores" 1

echo "$data/stores/bot-00000" |
  "$build/tests/bench/bench_make_processes" "$count" "$data/files" >"$data/made" &
maker=$!
until grep -qs ready "$data/made"; do
  kill -0 "$maker" 2>/dev/null || { echo "who-holds: the $count processes could not be made" >&2; exit 1; }
  sleep 0.1
done
read -r pid port <"$data/made"

who_holds() {
  "$build/wasession" --only-root --root "$data/stores" --endpoint "127.0.0.1:$port" who-holds "$@"
}

# hundredths COMMAND…: wall time of one run in hundredths of a millisecond
hundredths() {
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1 || true
  end=$(date +%s%N)
  echo $(((end - start) / 10000))
}

minimum() { sort -n | head -1; }

who_holds --json >"$data/answer" || true
grep -Eq "\"pid\": ?$pid\\b" "$data/answer" || { echo "who-holds: the holder, pid $pid, was missed" >&2; exit 1; }

lsof=$(command -v lsof || true)
[ -n "$lsof" ] || echo "lsof is not installed: it is not compared"
i=0
while [ $i -lt "$rounds" ]; do
  hundredths "$floor" >>"$data/floor.times"
  hundredths who_holds >>"$data/who.times"
  [ -z "$lsof" ] || hundredths "$lsof" -nP >>"$data/lsof.times"
  i=$((i + 1))
done

echo "$count processes, $("$floor") descriptors (minima of $rounds alternating runs)"
f=$(minimum <"$data/floor.times") w=$(minimum <"$data/who.times")
awk -v f="$f" -v w="$w" 'BEGIN {
  printf "floor %.1f ms, who-holds %.1f ms: %.2f x the floor (wanted: at most 1.5)\n", f/100, w/100, w/f }'
[ -z "$lsof" ] || awk -v l="$(minimum <"$data/lsof.times")" -v w="$w" 'BEGIN {
  printf "lsof -nP %.1f ms: who-holds takes %.3f of that (wanted: at most 0.2)\n", l/100, w/l }'
