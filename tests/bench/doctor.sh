#!/bin/sh
# `./dev bench doctor`: reading a log of 1 GiB against only reading its bytes and against rg,
# alternating, in one run. The log is made once and kept in BENCH_DATA.
set -eu
build=$1
rounds=${BENCH_ROUNDS:-9}
data=${BENCH_DATA:-${TMPDIR:-/tmp}/wasession-bench-logs}
reader=$build/tests/bench/bench_read_log
peak=$build/tests/bench/bench_peak_memory
mkdir -p "$data"
for mib in 100 1024; do
  [ -s "$data/$mib.log" ] && continue
  "$build/tests/bench/bench_make_log" "$data/$mib.new" "$mib"
  mv "$data/$mib.new" "$data/$mib.log"
done
log=$data/1024.log
words='connection closed|eb reconnect: |starting provider|channel exited|terminal disconnect'

# hundredths COMMAND…: wall time of one run in hundredths of a millisecond. The output goes into a
# pipe: into /dev/null some programs stop at the first match.
hundredths() {
  start=$(date +%s%N)
  "$@" | cat >/dev/null
  end=$(date +%s%N)
  echo $(((end - start) / 10000))
}

median() { sort -n | sed -n "$(((rounds + 1) / 2))p"; }

times=$(mktemp -d)
trap 'rm -rf "$times"' EXIT
rg=$(command -v rg || true)
[ -n "$rg" ] || echo "rg is not installed: it is not compared"
round=0
while [ "$round" -lt "$rounds" ]; do
  hundredths env BENCH_FLOOR=1 "$reader" "$log" >>"$times/floor"
  hundredths "$reader" "$log" >>"$times/ours"
  [ -z "$rg" ] || hundredths "$rg" -c --no-mmap "$words" "$log" >>"$times/rg"
  round=$((round + 1))
done
ours=$(median <"$times/ours")
floor=$(median <"$times/floor")
echo "1 GiB, $("$reader" "$log") incidents, median of $rounds alternating runs"
echo "read_logs $((ours / 100)) ms, read loop $((floor / 100)) ms: $((ours * 100 / floor)) % of it"
if [ -n "$rg" ]; then
  other=$(median <"$times/rg")
  echo "rg -c --no-mmap $((other / 100)) ms: read_logs takes $((ours * 100 / other)) % of it"
fi
echo "peak memory: 100 MiB log $("$peak" "$reader" "$data/100.log") KiB, 1 GiB log $("$peak" "$reader" "$log") KiB"

# A second run of the command reads only what is new.
export HOME="$times/home"
mkdir "$HOME"
for run in first second; do
  took=$(hundredths "$build/wasession" --only-root --root "$HOME" doctor --log "$log" || true)
  echo "doctor --log, $run run: $((took / 100)) ms"
done
