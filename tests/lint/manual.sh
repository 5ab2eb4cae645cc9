#!/bin/sh
# The codes of findings in the manual: wasession-doctor(1) explains every one in its section FINDINGS,
# and wasession(1) names every one in its DIAGNOSTICS; each once, and no other. The codes are those of
# lib/judge/rules.h. Prints `FILE:LINE: manual: what is wrong`; exit 1 when anything was.
# usage: sh tests/lint/manual.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
for file in lib/judge/rules.h man/wasession-doctor.1 man/wasession.1; do
  [ -r "$file" ] || { echo "manual: can't read $file" >&2; exit 2; }
done
grep -q 'std::string_view k[A-Za-z]* = "' lib/judge/rules.h ||
  { echo "manual: found no codes in lib/judge/rules.h" >&2; exit 2; }
status=0

# tell PAGE SECTION MACROS: the codes are the words behind `.It MACROS ` in that section of the page.
tell() {
  awk -v page="$1" -v section="$2" -v macros="$3" '
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
    /^\.Sh / { inside = $2 == section }
    inside && $0 ~ "^\\.It " macros {
      code = $0
      sub("^\\.It " macros, "", code)
      if (!(code in at)) complain(FILENAME, FNR, "\"" code "\" is no code of lib/judge/rules.h")
      else if (code in told) complain(FILENAME, FNR, code " is explained twice")
      told[code] = 1
    }
    END {
      for (i = 1; i <= count; ++i) {
        if (codes[i] in told) continue
        complain("lib/judge/rules.h", at[codes[i]], codes[i] " is not in " page)
      }
      exit bad
    }
  ' lib/judge/rules.h "$1" || status=1
}
tell man/wasession-doctor.1 FINDINGS '(Sy )?'
tell man/wasession.1 DIAGNOSTICS 'Sy '
exit $status
