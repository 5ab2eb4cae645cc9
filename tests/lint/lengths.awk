# Lists sources of more than 350 lines.
# usage: awk -f lengths.awk allowed.txt FILE…

FILENAME ~ /allowed\.txt$/ {
  if ($1 == "too-long") {
    allowed[$2] = FILENAME ":" FNR
    if (NF < 3) complain(allowed[$2], "the exception for " $2 " has no reason")
  }
  next
}

{ lines[FILENAME] = FNR }

END {
  for (path in lines) {
    if (lines[path] <= 350) continue
    if (path in allowed) needed[path] = 1
    else complain(path ":350", path " has " lines[path] " lines; split it where a second idea begins")
  }
  for (path in allowed)
    if (!(path in needed)) complain(allowed[path], "the exception for " path " is not needed")
  exit failed
}

function complain(where, message) {
  print where ": too-long: " message
  failed = 1
}
