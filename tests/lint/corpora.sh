#!/bin/sh
# Each fuzz target has inputs to begin with, and each set of inputs has its target: a corpus under
# a wrong name is one that no run ever reads.
# usage: corpora.sh <LIST-OF-FILES
set -u
folder=tests/fuzz
files=$(grep "^$folder/")
status=0
for name in $(echo "$files" | sed -n "s|^$folder/\\([^/]*\\)_fuzz\\.cpp\$|\\1|p"); do
  echo "$files" | grep -q "^$folder/corpus/$name/" && continue
  echo "$folder/${name}_fuzz.cpp:1: corpora: there is no input in $folder/corpus/$name"
  status=1
done
for input in $(echo "$files" | grep "^$folder/corpus/" | sort -t / -u -k 4,4); do
  name=$(basename "$(dirname "$input")")
  echo "$files" | grep -qx "$folder/${name}_fuzz.cpp" && continue
  echo "$input:1: corpora: there is no target $folder/${name}_fuzz.cpp"
  status=1
done
exit $status
