#!/bin/sh
# Finds what belongs to one machine or one network and not to the project: paths of the machine it
# was written on, hosts of package registries, and lock files that name where a package came from.
# usage: strangers.sh <LIST-OF-FILES
set -u
list=$(mktemp) || exit 2
trap 'rm -f "$list"' EXIT
cat >"$list"
export LC_ALL=C
status=0

# forbid MESSAGE REGEX: every text file of the list, each line that has it.
forbid() {
  hits=$(tr '\n' '\0' <"$list" | xargs -0 grep -nIE "$2" /dev/null) || return 0
  echo "$hits" | sed "s#^\\([^:]*:[0-9]*\\):.*#\\1: strangers: $1#"
  status=1
}

# Only where a path begins: `accounts/work` and `$HOME/work` are somebody else's.
forbid 'a path of one machine' '(^|[][[:space:]"`'"'"'=:(,<|;@{])(file://)?/(work|root|workspace|builds)([^A-Za-z0-9_.-]|$)'
forbid 'the host of a package registry' '(npm(js|mirror)|yarnpkg|pypi|pythonhosted|unpkg|jsdelivr|crates|rubygems)\.(org|com|io|net)'
forbid 'a registry of its own for npm' '^[[:space:]]*registry[[:space:]]*='

while IFS= read -r lock; do
  case $lock in package-lock.json | */package-lock.json) ;; *) continue ;; esac
  hits=$(grep -n '"resolved"' "$lock") || continue
  echo "$hits" | sed "s#^\\([0-9]*\\):.*#$lock:\\1: strangers: \"resolved\" names one registry#"
  status=1
done <"$list"
exit $status
