#!/bin/sh
# Proves that each check of the manual can fail: changes one thing at a time in a copy of the tree, runs
# the check, and looks for its message, and for no other.
# usage: sh tests/lint/selftest_manual.sh WASESSION (the binary, for options.sh and examples.sh)
# shellcheck disable=SC2016
set -eu
[ -x "${1:-}" ] || { echo "usage: sh selftest_manual.sh WASESSION" >&2; exit 2; }
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
failures=0
mkdir "$tree"
tar -cf - --exclude node_modules README.md lib cmd man tests/lint tests/fixtures tests/fuzz/corpus |
  tar -xf - -C "$tree"

fail() {
  echo "selftest_manual: $1"
  sed 's/^/  /' "$scratch/said"
  failures=$((failures + 1))
}

# check NAME: runs tests/lint/NAME.sh in the copy
check() {
  status=0
  sh "$tree/tests/lint/$1.sh" "$binary" >"$scratch/said" 2>&1 || status=$?
}

# A page that already has faults would hide the planted ones.
for name in manual pages json_keys options; do
  check $name
  [ $status -eq 0 ] || { fail "the tree has faults of its own"; exit 1; }
done

# plant NAME FILE 'SED' 'MESSAGE': changes FILE by a script of sed, or adds it where there is none, and
# expects of tests/lint/NAME.sh lines with `: NAME: MESSAGE` (a basic regular expression) and no other,
# or none at all where MESSAGE is empty. Puts the file back as it was.
plant() {
  file=$tree/$2
  rm -f "$scratch/kept"
  [ -f "$file" ] && cp "$file" "$scratch/kept"
  [ -f "$file" ] || echo >"$file"
  sed -i "$3" "$file"
  check "$1"
  if [ -f "$scratch/kept" ] && cmp -s "$file" "$scratch/kept"; then
    fail "nothing is changed in $2 by: $3"
  elif [ -z "$4" ]; then
    [ $status -eq 0 ] || fail "$1.sh complains about $2 with: $3"
  elif [ $status -ne 1 ] || ! grep -q ":[0-9]*: $1: $4" "$scratch/said"; then
    fail "$1.sh does not say '$4' of $2 with: $3"
  elif grep -v '^examples: ' "$scratch/said" | grep -qv ":[0-9]*: $1: $4"; then
    fail "$1.sh says more than '$4' of $2 with: $3"
  fi
  rm -f "$file"
  [ ! -f "$scratch/kept" ] || mv "$scratch/kept" "$file"
}

# Codes of findings.
doctor=man/wasession-doctor.1
plant manual $doctor 's/^\.It Sy two-sockets$/.It Sy no-such-code/' '.*\(no-such-code" is no code\|two-sockets is not in man/wasession-doctor.1\)'
plant manual $doctor 's/^\.It Sy stale-lock$/.It Sy two-sockets\n&/' 'two-sockets is explained twice'
plant manual man/wasession.1 '/^\.It Sy stale-lock$/,+1d' 'stale-lock is not in man/wasession.1'
plant manual man/wasession.1 's/^\.It Sy stale-lock$/.It Sy no-such-code\n.It Sy stale-lock/' '"no-such-code" is no code'

# Pages.
plant pages man/wasession-list.1 's/^\.Xr wasession 1 \.$/.Xr wasession-nowhere 1 ./' 'there is no page wasession-nowhere(1)'
plant pages man/wasession-list.1 's/^\.Xr wasession 1 \.$/.Xr wasession 5 ./' 'there is no page wasession(5)'
plant pages man/wasession-list.1 's/^\.Dt .*/.Dt WASESSION-LISTS 1/' 'the title is not WASESSION-LIST 1'
plant pages man/wasession-json.5 's/^\.Nm wasession-json$/.Nm wasession-jason/' 'the name is not wasession-json'
plant pages man/wasession-list.1 '/^\.Sh DIAGNOSTICS$/,/^\.Sh/s/^\.Sh DIAGNOSTICS$/.Sh MESSAGES/' 'there is no section DIAGNOSTICS'
plant pages man/wasession-planted.1 's/.*/.Dd November 26, 2026\n.Dt WASESSION-PLANTED 1\n.Os\n.Sh NAME\n.Nm wasession-planted\n.Nd x/' \
  'there is no section '
plant pages man/wasession.1 's/^\.It Ev TERM$/.It Ev TERM , Ev NOBODY_READS_IT/' 'nothing in lib/ and cmd/ reads NOBODY_READS_IT'
plant pages man/wasession.1 's/^\.It Ev WASESSION_PATH$/.It Ev PATH/' 'WASESSION_PATH is not in the ENVIRONMENT'
plant pages lib/model/planted.h '$a get(); getenv("PLANTED");' 'PLANTED is not in the ENVIRONMENT'
if command -v mandoc >/dev/null; then
  plant pages man/wasession-list.1 's/^\.El$/&\n.Plant/' '.*: skipping unknown macro'
fi

# Keys, words, schemas, columns.
keys=man/wasession-json.5
plant json_keys $keys 's/^\.It Sy findings\[\]\.remedy\[\] /.It Sy findings[].remedies[] /' '.*\(remedy is not in\|a key remedies\)'
plant json_keys $keys 's/verdict Pq/ferdict Pq/' '.*\(verdict is not in\|a key ferdict\)'
plant json_keys $keys 's/same_account_as_truncated/same_account_as_cut/' '.*same_account_as_\(truncated is not in\|cut\)'
plant json_keys $keys 's/restrict-permissions/restrict/' 'the word restrict-permissions is not in'
plant json_keys $keys 's/wasession\.index/wasession.list/' 'wasession.index/1 is not in'
plant json_keys lib/report/plan_json.cpp 's/json\.member("why", one\.why);/&\njson.member("planted", one.why);/' 'planted is not in'
plant json_keys lib/report/plan_json.cpp 's/json\.key("dry_run");/json.key(planted);/' '.*\(no literal here\|a key dry_run\)'
plant json_keys lib/serve/routes.cpp 's/"about", path/"planted", path/' '.*\(planted is not in\|a key about\)'
plant json_keys lib/report/planted.cpp '$a #include "report/json_parts.h"\nwrite_fact(json, "planted", x);' 'planted is not in'
plant json_keys man/wasession-registry.5 's/^\.It Sy log\.ended$/.It Sy log.endet/' '.*\(log.ended is not in\|there is no column log.endet\)'
plant json_keys lib/registry/migrations/9999_planted.sql '$a ALTER TABLE log ADD COLUMN planted TEXT;' 'log.planted is not in'

# Options.
list=man/wasession-list.1
plant options $list '/^\.Op Fl -watch$/d' '--watch of wasession list is not in the SYNOPSIS'
plant options $list 's/^\.It Fl -watch$/.It Fl -watched/' '.*--watch.*in the list of options'
plant options $list 's/^\.It Fl -watch$/.It Fl -watch Ar SECONDS/' '.*--watch=\{0,1\}\( of\|, which\)'
plant options $list 's/^\.Op Ar SESSION \.\.\.$/.Op Ar SESSIONS .../' '.*SESSIONS\{0,1\}\( of\|, which\)'
plant options $list 's/^\.Op Fl -watch$/&\n.Op Fl -json/' 'wasession list has no --json'
plant options $list 's/-endpoint , -registry , /-registry , /' '--endpoint of wasession is not in the sentence'
plant options man/wasession.1 's/^\.It Fl q , -quiet$/.It Fl -quiet/' '-q of wasession is not in the list of options'
plant options man/wasession.1 '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/{/^\.It Cm serve$/d}' 'serve of wasession is not in the list of commands'
plant options man/wasession-planted.1 's/.*/x/' 'there is no command planted'

# Examples: only one of them, so that it takes no minute.
for page in "$tree"/man/*.[1-8]; do sed -i '/^\.Sh EXAMPLES/,/^\.Sh DIAG/{/^\.Dl /d;/^\.Bd /,/^\.Ed/d}' "$page"; done
echo >"$tree/README.md"
example() { plant examples $list "s/^\\.Sh EXAMPLES\$/&\\n.Dl $1/" "$2"; }
example '$ wasession list \\\\-\\\\-json | jq .sessions' ''
example '$ wasession list \\\\-\\\\-planted' '\(wrong usage\|it ends with 2\)'
example '$ wasession purge-creds' 'it ends with 2'
example '$ wasession list | true' ''
example '$ wasession list \\\\-\\\\-json | jq .sessions[' 'jq: '
example '$ wasession list <nowhere' 'it does not call wasession'
example '$ wasession list nobody' ''
plant examples README.md '$a ```\nwasession doktor\n```' '\(wrong usage\|it ends with 2\)'

[ $failures -eq 0 ] || { echo "selftest_manual: $failures checks don't work" && exit 1; }
