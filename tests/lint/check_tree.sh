#!/bin/sh
# What the compiler doesn't see: which room includes which, where the platform is asked for, how
# long a file is, what stands twice, what only one machine would understand, and what the manual says
# that the sources don't. (options.sh and examples.sh, which need the program, are tests of their own.)
# Prints `FILE:LINE: RULE: what is wrong` for everything that is found; exit 1 when anything was.
# usage: sh tests/lint/check_tree.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
rules=tests/lint
status=0

files=$(mktemp) || exit 2
trap 'rm -f "$files"' EXIT
# Deleted files that are not yet committed are still in the index.
if [ -e .git ]; then
  git ls-files -co --exclude-standard | while IFS= read -r file; do
    [ -f "$file" ] && echo "$file"
  done >"$files"
else
  find . -type f ! -path './build*' ! -path '*/node_modules/*' | sed 's|^\./||' >"$files"
fi

# sources FOLDER…: the C and C++ files in them
sources() {
  for folder in "$@"; do grep -E "^$folder/.*\\.(cpp|h|c)\$" "$files"; done
}
[ -n "$(sources lib)" ] || { echo "check_tree: found no sources in $PWD/lib" >&2; exit 2; }

# The names of sources have no blanks: they are split on purpose.
# shellcheck disable=SC2046
{
  awk -f $rules/rooms.awk $rules/rooms.txt $(sources lib cmd) || status=1
  # What starts programs for the tests may ask for the platform.
  awk -f $rules/conditionals.awk $(sources lib cmd tests | grep -v '^tests/support/') || status=1
  awk -f $rules/lengths.awk $rules/allowed.txt $(sources lib cmd tests) || status=1
  awk -f $rules/duplicates.awk $rules/allowed.txt $(sources lib cmd) || status=1
}
sh $rules/strangers.sh <"$files" || status=1
sh $rules/corpora.sh <"$files" || status=1
sh $rules/manual.sh || status=1
sh $rules/pages.sh || status=1
sh $rules/json_keys.sh || status=1
sh $rules/share.sh || status=1
exit $status
