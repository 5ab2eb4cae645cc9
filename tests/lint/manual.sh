#!/bin/sh
# The manual page of doctor explains every finding and no other: the tags of its section FINDINGS
# are the codes of lib/judge/rules.h, each once. Prints `FILE:LINE: manual: what is wrong`; exit 1
# when anything was.
# usage: sh tests/lint/manual.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
for file in lib/judge/rules.h man/wasession-doctor.1; do
  [ -r "$file" ] || { echo "manual: can't read $file" >&2; exit 2; }
done
grep -q 'std::string_view k[A-Za-z]* = "' lib/judge/rules.h ||
  { echo "manual: found no codes in lib/judge/rules.h" >&2; exit 2; }

awk '
  function complain(file, line, what) {
    print file ":" line ": manual: " what
    bad = 1
  }
  FILENAME ~ /rules\.h$/ {
    if ($0 !~ /std::string_view k[A-Za-z]* = "/) next
    split($0, part, "\"")
    codes[++count] = part[2]
    at[part[2]] = FNR
    next
  }
  /^\.Sh / { inside = $2 == "FINDINGS" }
  inside && /^\.It / {
    code = $0
    sub(/^\.It (Sy )?/, "", code)
    if (!(code in at)) complain(FILENAME, FNR, "\"" code "\" is no code of lib/judge/rules.h")
    else if (code in told) complain(FILENAME, FNR, code " is explained twice")
    told[code] = 1
  }
  END {
    for (i = 1; i <= count; ++i) {
      if (codes[i] in told) continue
      complain("lib/judge/rules.h", at[codes[i]], codes[i] " is not in man/wasession-doctor.1")
    }
    exit bad
  }
' lib/judge/rules.h man/wasession-doctor.1
