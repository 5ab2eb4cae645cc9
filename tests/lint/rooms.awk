# Holds the #include lines of lib/ and cmd/ to the table in rooms.txt.
# usage: awk -f rooms.awk rooms.txt FILE…

BEGIN {
  for (i = 1; i < ARGC; i++)
    if (split(ARGV[i], part, "/") > 3 && part[1] == "cmd") folder_of_cmd[part[3]] = 1
}

FILENAME ~ /rooms\.txt$/ {
  if ($0 ~ /^[a-z]/) {
    room = $1
    sub(/:$/, "", room)
    known[room] = 1
    may[room, room] = may[room, "model"] = 1
    for (i = 2; i <= NF; i++) may[room, $i] = 1
  }
  next
}

FNR == 1 {
  split(FILENAME, part, "/")
  in_lib = part[1] == "lib"
  room = part[2]
  if (in_lib && !(room in known))
    report("room '" room "' is not in tests/lint/rooms.txt")
}

/^[ \t]*#[ \t]*include/ {
  path = $0
  if (!sub(/^[^"<]*["<]/, "", path)) {
    report("an include without a literal name cannot be checked")
    next
  }
  quoted = $0 ~ /^[^<]*"/
  sub(/[">].*/, "", path)
  split(path, target, "/")
  if (!in_lib && path ~ /^\.\.\/[^\/]+$/)
    next  # from a platform's folder in cmd back to cmd
  if (path ~ /(^|\/)\.\.?\//)
    report("includes \"" path "\": give the path from lib/, so that its room shows")
  else if (target[1] in known && path ~ /\//) {
    if (in_lib && !((room, target[1]) in may))
      report("room " room " may not include room " target[1] " (" path "); it may include" list(room))
  } else if (in_lib && quoted)
    report("includes \"" path "\", which is in no room of lib/")
  else if (!in_lib && quoted && path ~ /\// && !(target[1] in folder_of_cmd))
    report("includes \"" path "\": cmd includes its own files and the rooms of lib/ only")
}

function list(of,   key, pair, text) {
  for (key in known) if ((of, key) in may) text = text " " key
  return text
}

function report(message) {
  print FILENAME ":" FNR ": rooms: " message
  failed = 1
}

END { exit failed }
