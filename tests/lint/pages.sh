#!/bin/sh
# The manual pages: mandoc has nothing to warn of, each has the sections of its kind, a page that one
# refers to is there, and wasession(1) names the variables that the sources read, and no others.
# Prints `FILE:LINE: pages: what is wrong`; exit 1 when anything was.
# usage: sh tests/lint/pages.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
[ -r man/wasession.1 ] || { echo "pages: can't read man/wasession.1" >&2; exit 2; }
status=0

if command -v mandoc >/dev/null; then
  mandoc -T lint -W warning man/*.[1-8] 2>&1 |
    sed -n 's/^mandoc: \(man[^:]*:[0-9]*\):[0-9]*: /\1: pages: /p' | grep . && status=1
else
  echo "pages: there is no mandoc here, so its own warnings are left out" >&2
fi

# shellcheck disable=SC2046
awk '
  function complain(line, what) {
    print FILENAME ":" line ": pages: " what
    bad = 1
  }
  # close_page(): what can be said when all of a page was read
  function close_page(    wanted, count, i) {
    if (page == "") return
    count = split(page ~ /\.1$/ ? sections_of_commands : sections_of_formats, wanted, ",")
    for (i = 1; i <= count; ++i) {
      if ((page, wanted[i]) in has) continue
      print page ":1: pages: there is no section " wanted[i]
      bad = 1
    }
  }
  BEGIN {
    sections_of_formats = "NAME,DESCRIPTION,EXAMPLES,SEE ALSO,SECURITY CONSIDERATIONS"
    sections_of_commands = sections_of_formats ",SYNOPSIS,ENVIRONMENT,FILES,EXIT STATUS,DIAGNOSTICS"
    for (i = 1; i < ARGC; ++i) there[ARGV[i]] = 1
  }
  FNR == 1 {
    close_page()
    page = FILENAME
    name = FILENAME
    sub(/^man\//, "", name)
    number = name
    sub(/\.[0-9]$/, "", name)
    sub(/^.*\./, "", number)
  }
  $1 == ".Dt" && ($2 != toupper(name) || $3 != number) {
    complain(FNR, "the title is not " toupper(name) " " number)
  }
  $1 == ".Sh" {
    heading = $0
    sub(/^\.Sh /, "", heading)
    has[page, heading] = 1
  }
  heading == "NAME" && $1 == ".Nm" && $2 != name { complain(FNR, "the name is not " name) }
  $1 == ".Xr" && $2 ~ /^wasession/ {
    if (!("man/" $2 "." $3 in there)) complain(FNR, "there is no page " $2 "(" $3 ")")
    if ($2 == name) complain(FNR, "it refers to itself")
  }
  END {
    close_page()
    exit bad
  }
' $(ls man/*.[1-8]) || status=1

# The names have no blanks: they are split on purpose.
# shellcheck disable=SC2046
awk '
  function complain(file, line, what) {
    print file ":" line ": pages: " what
    bad = 1
  }
  FILENAME !~ /^man\// {
    rest = $0
    while (match(rest, /(\.get\(|getenv\(|variable\(request, |Variable = )"[A-Z_]+"/)) {
      word = substr(rest, RSTART, RLENGTH)
      rest = substr(rest, RSTART + RLENGTH)
      gsub(/^[^"]*"|"$/, "", word)
      if (!(word in at)) at[word] = FILENAME ":" FNR
    }
    next
  }
  $1 == ".Sh" { inside = $2 == "ENVIRONMENT" }
  inside && /^\.It Ev / {
    for (i = 3; i <= NF; ++i) {
      if ($i !~ /^[A-Z_]+$/) continue
      told[$i] = 1
      # These two are read by the C library.
      if ($i in at || $i == "PATH" || $i == "TZ") continue
      complain(FILENAME, FNR, "nothing in lib/ and cmd/ reads " $i)
    }
  }
  END {
    for (word in at) {
      split(at[word], place, ":")
      if (!(word in told)) complain(place[1], place[2], word " is not in the ENVIRONMENT of man/wasession.1")
    }
    exit bad
  }
' $(find lib cmd -name '*.cpp' -o -name '*.h' | sort) man/wasession.1 || status=1
exit $status
