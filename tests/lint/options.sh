#!/bin/sh
# The options of the manual and those of the program are the same. Each option of
# `wasession COMMAND --help` is in the SYNOPSIS of its page and in its list, with a value or without as
# there, and each positional is in the SYNOPSIS; nothing else is. What every command has is listed in
# wasession(1); the other pages name it in one sentence. Each command has a page, and each page one.
# Prints `FILE:1: options: what is wrong`; exit 1 when anything was.
# usage: sh tests/lint/options.sh WASESSION (the binary; it checks the tree that the script is in)
set -u
export LC_ALL=C
[ -x "${1:-}" ] || { echo "usage: sh options.sh WASESSION" >&2; exit 2; }
binary=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
: >"$work/complaints"

# help_names: of a help text on stdin, a line for each option, `--name`, or `--name=` with a value, and
# for each positional, `<NAME`.
help_names() {
  awk '
    /^[A-Z][A-Za-z]*:$/ { part = $1; next }
    /^[^ ]/ { part = "" }
    part == "Positionals:" && /^  [^ ]/ { print "<" $1 }
    part == "Options:" && /^  -/ {
      count = split($1, names, ",")
      # One blank, and not several, stands before the name of a value.
      value = $0 ~ /^  [^ ]+ [^ ]/ && $2 != "Excludes:" ? "=" : ""
      for (i = 1; i <= count; ++i) print names[i] value
    }
  ' | sort -u
}

# page_names PART PAGE: the same of a page: of its synopsis, of its list, or of the sentence on what
# every command has.
page_names() {
  awk -v wanted="$1" '
    function flush(value,    i) {
      for (i = 1; i <= pending; ++i) print flag[i] value
      pending = 0
    }
    function names_in_line(    i, in_flags, seen) {
      sub(/^\./, "")
      for (i = 1; i <= NF; ++i) {
        if ($i == "Fl") { flush(""); in_flags = 1; continue }
        if ($i == "Ar" || $i == "Cm") {
          if (seen) flush("=")
          else if (wanted == "synopsis" && $i == "Ar") print "<" $(i + 1)
          in_flags = 0
        }
        # A lone dash is the one that ends the options.
        if (!in_flags || $i ~ /^[|,.:-]$/) continue
        flag[++pending] = "-" $i
        seen = 1
      }
      flush("")
    }
    $1 == ".Sh" { section = $2 }
    wanted == "synopsis" && section == "SYNOPSIS" && /^\.(Op|Fl|Ar) / { names_in_line() }
    wanted == "list" && section ~ /^(DESCRIPTION|OPTIONS)$/ && /^\.It Fl / { names_in_line() }
    /^Every command also has/ { inside = 1 }
    /^\.Xr wasession 1/ { inside = 0 }
    wanted == "every" && inside && /^\.Fl / { names_in_line() }
  ' "$2" | sort -u
}

# same PAGE WHERE COMMAND: $work/help and $work/page have the same lines.
same() {
  comm -23 "$work/help" "$work/page" | while IFS= read -r name; do
    echo "$1:1: options: ${name#<} of $3 is not in $2"
  done >>"$work/complaints"
  comm -13 "$work/help" "$work/page" | while IFS= read -r name; do
    echo "$1:1: options: $3 has no ${name#<}, which is in $2"
  done >>"$work/complaints"
}

"$binary" --help >"$work/text" || exit 2
help_names <"$work/text" >"$work/global"
commands=$(awk '/^Subcommands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && /^  [a-z]/ { print $1 }' "$work/text")
if ! [ -s "$work/global" ] || [ -z "$commands" ]; then
  echo "options: can't read the help of $1" >&2
  exit 2
fi

page=man/wasession.1
cp "$work/global" "$work/help"
page_names synopsis $page | grep -v '^<' >"$work/page"
same $page "the SYNOPSIS" wasession
page_names list $page >"$work/page"
same $page "the list of options" wasession
echo "$commands" | sort >"$work/help"
sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm //p' $page | sort >"$work/page"
same $page "the list of commands" wasession

for command in $commands; do
  page=man/wasession-$command.1
  if ! [ -r "$page" ]; then
    echo "man/wasession.1:1: options: the command $command has no page" >>"$work/complaints"
    continue
  fi
  # Each has a --help of its own, which is told with those of every command.
  "$binary" "$command" --help | help_names | grep -vxF -f "$work/global" >"$work/help"
  page_names synopsis "$page" >"$work/page"
  same "$page" "the SYNOPSIS" "wasession $command"
  grep -v '^<' "$work/help" >"$work/options"
  mv "$work/options" "$work/help"
  page_names list "$page" >"$work/page"
  same "$page" "the list of options" "wasession $command"
  grep '^--' "$work/global" | tr -d = | grep -vx -e --version | sort >"$work/help"
  page_names every "$page" >"$work/page"
  same "$page" "the sentence on what every command has" wasession
done
for page in man/wasession-*.1; do
  command=${page#man/wasession-}
  echo "$commands" | grep -qxF "${command%.1}" && continue
  echo "$page:1: options: there is no command ${command%.1}" >>"$work/complaints"
done
cat "$work/complaints"
[ ! -s "$work/complaints" ]
