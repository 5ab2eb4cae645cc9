# The examples of manual pages and of README.md: what begins with `wasession`, `$ wasession` or
# `$ sudo wasession` in a section EXAMPLES or in a fenced block of shell, up to where a shell would
# stop to read. Each becomes a file FOLDER/NUMBER, with its place, FILE:LINE, on the first line.
# usage: awk -v folder=FOLDER -f examples.awk FILE...

function unescaped(text) {
  gsub(/\\-/, "-", text); gsub(/\\\(aq/, "\047", text); gsub(/\\\(dq/, "\"", text)
  gsub(/\\e/, "\\", text); gsub(/\\&/, "", text)
  return text
}
# unfinished(TEXT): whether a shell would read on
function unfinished(text) {
  sub(/ #.*/, "", text)
  return gsub(/\047/, "&", text) % 2 || text ~ /(\\|\||&&)$/
}
function take(text) {
  if (open == "") {
    sub(/^\$ (sudo )?/, "", text)
    if (text !~ /^wasession /) return
    open = folder "/" sprintf("%03d", ++count)
    print FILENAME ":" FNR >open
    all = ""
  }
  print text >open
  all = all text
  if (unfinished(all)) return
  close(open)
  open = ""
}
FNR == 1 { literal = fenced = 0; section = ""; open = "" }
FILENAME ~ /README/ {
  if (/^```/) {
    fenced = !fenced
    shell = $0 ~ /^```(sh|console|shell|bash)?$/
  } else if (fenced && shell) take($0)
  next
}
/^\.Sh / { section = $2 }
/^\.Bd / { literal = 1; next }
/^\.Ed/ { literal = 0 }
section == "EXAMPLES" && literal { take(unescaped($0)) }
section == "EXAMPLES" && /^\.Dl / { text = $0; sub(/^\.Dl /, "", text); take(unescaped(text)) }
