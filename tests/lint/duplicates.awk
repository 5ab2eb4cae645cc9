# Finds blocks of code that stand in two places: runs of 8 lines that say something and are equal
# but for white space. Lines of brackets, comments, includes and namespaces say nothing.
# usage: awk -f duplicates.awk allowed.txt FILE…

BEGIN { window = 8 }

FILENAME ~ /allowed\.txt$/ {
  if ($1 == "duplicate") {
    allowed[$2, $3] = allowed[$3, $2] = where[$2, $3] = FILENAME ":" FNR
    if (NF < 4) complain(FILENAME ":" FNR, "the exception for " $2 " and " $3 " has no reason")
  }
  next
}

FNR == 1 { held = 0; repeating = "" }

{
  line = $0
  sub(/^[ \t]*\/\/.*/, "", line)
  sub(/[ \t]\/\/ .*/, "", line)
  gsub(/[ \t]+/, "", line)
  if (line !~ /[A-Za-z0-9]/ || line ~ /^#(include|pragma)/ || line ~ /^(using)?namespace/) next
  held++
  text[held % window] = line
  number[held % window] = FNR
  if (held < window) next

  block = ""
  for (i = held - window + 1; i <= held; i++) block = block text[i % window] "\n"
  start = number[(held + 1) % window]
  if (!(block in seen)) {
    seen[block] = FILENAME SUBSEP start
    repeating = ""
    next
  }
  split(seen[block], first, SUBSEP)
  if ((FILENAME, first[1]) in allowed) needed[allowed[FILENAME, first[1]]] = 1
  else if (repeating != first[1])
    complain(FILENAME ":" start, "the same lines as at " first[1] ":" first[2] "; give them one home")
  repeating = first[1]
}

END {
  for (pair in where)
    if (!(where[pair] in needed)) {
      split(pair, path, SUBSEP)
      complain(where[pair], "the exception for " path[1] " and " path[2] " is not needed")
    }
  exit failed
}

function complain(place, message) {
  print place ": duplicate: " message
  failed = 1
}
