#!/bin/sh
# `./dev bench list`: wasession list against the floor program, alternating, in one run. Makes its own
# data below BENCH_DATA (kept between runs): 1k, 10k and 50k directories with 101 files each.
set -eu
build=$1
counts=${2:-"1000 10000 50000"}
rounds=${BENCH_ROUNDS:-15}
data=${BENCH_DATA:-${TMPDIR:-/tmp}/wasession-bench}
mkdir -p "$data"
floor=$build/tests/bench/bench_floor_read
export HOME="$data/home"
mkdir -p "$HOME"

# milliseconds COMMAND…: wall time of one run
milliseconds() {
  start=$(date +%s%N)
  "$@" >/dev/null
  end=$(date +%s%N)
  echo $(((end - start) / 10000))
}

minimum() { sort -n | head -1; }
in_ms() { awk -v n="$1" 'BEGIN { printf "%.2f", n / 100 }'; }

echo "directories  floor ms  list ms  ratio  --json ms  ratio  peak MB   (minima of $rounds alternating runs)"
for count in $counts; do
  directory=$data/$count
  [ -f "$directory.complete" ] || {
    rm -rf "$directory"
    "$build/tests/bench/bench_make_directories" "$directory" "$count"
    touch "$directory.complete"
  }
  : >"$data/floor" >"$data/list" >"$data/json"
  i=0
  while [ $i -lt "$rounds" ]; do
    milliseconds "$floor" "$directory" "$count" >>"$data/floor"
    milliseconds "$build/wasession" --only-root --root "$directory" list >>"$data/list"
    milliseconds "$build/wasession" --only-root --root "$directory" list --json >>"$data/json"
    i=$((i + 1))
  done
  peak=$("$build/tests/bench/bench_peak_memory" "$build/wasession" --only-root --root "$directory" list)
  f=$(minimum <"$data/floor") l=$(minimum <"$data/list") j=$(minimum <"$data/json")
  awk -v c="$count" -v f="$f" -v l="$l" -v j="$j" -v p="$peak" 'BEGIN {
    printf "%11d  %8.1f  %7.1f  %5.2f  %9.1f  %5.2f  %7.1f\n", c, f/100, l/100, l/f, j/100, j/f, p/1024 }'
done

if command -v strace >/dev/null; then
  touched=$(strace -f -e trace=file "$build/wasession" --only-root --root "$data/1000" list 2>&1 >/dev/null |
    grep -c "pre-key" || true)
  echo "key files opened or looked at: $touched"
fi
