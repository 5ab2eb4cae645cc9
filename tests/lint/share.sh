#!/bin/sh
# The files of share/ give wasession no option that it doesn't have: what stands between `wasession
# COMMAND` and `--` is looked up in the sources of that command. Prints
# `FILE:LINE: share: what is wrong`; exit 1 when anything was.
# usage: sh tests/lint/share.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
[ -r cmd/wasession/options.cpp ] || { echo "share: can't read cmd/wasession" >&2; exit 2; }
files=$(find share -type f | sort)
[ -n "$files" ] || { echo "share: found no files in share/" >&2; exit 2; }

# The names of files have no blanks: they are split on purpose.
# shellcheck disable=SC2086
awk '
  function complain(what) {
    print FILENAME ":" FNR ": share: " what
    bad = 1
  }
  # learn(COMMAND): the option names in its sources and in those of the options that all have
  function learn(command,    stem, list, file, line) {
    if (command in known) return
    stem = command
    gsub(/-/, "_", stem)
    if ((getline line <("cmd/wasession/" stem ".cpp")) < 0) return
    close("cmd/wasession/" stem ".cpp")
    known[command] = 1
    list = "ls cmd/wasession/" stem "*.cpp cmd/wasession/options.cpp"
    while ((list | getline file) > 0) {
      while ((getline line <file) > 0) {
        while (match(line, /"(-[a-zA-Z],)?--[a-z][a-z-]*/)) {
          option = substr(line, RSTART, RLENGTH)
          sub(/^.*--/, "--", option)
          has[command, option] = 1
          line = substr(line, RSTART + RLENGTH)
        }
      }
      close(file)
    }
    close(list)
  }
  FNR == 1 { state = "" }
  {
    line = $0
    # A property list has each word in an element of its own.
    is_list = FILENAME ~ /\.plist$/
    if (is_list && line !~ /<string>/) next
    if (is_list) gsub(/<\/?string>/, " ", line)
    gsub(/[`,;]/, " ", line)
    count = split(line, word, " ")
    if (!is_list) state = ""
    for (i = 1; i <= count; ++i) {
      if (state == "command" && word[i] ~ /^[a-z][a-z-]*$/) {
        command = word[i]
        learn(command)
        if (command in known) state = "options"
        else { complain("wasession has no command " command); state = "" }
      } else if (state == "options" && word[i] == "--") {
        state = ""
      } else if (state == "options" && word[i] ~ /^--/) {
        sub(/=.*/, "", word[i])
        if (!((command, word[i]) in has)) complain(word[i] " is no option of wasession " command)
      } else if (state != "options") {
        # Called, not only mentioned: by its path, or in backquotes.
        state = word[i] ~ /\/wasession$/ || (word[i] == "wasession" && $0 ~ /`wasession /) ? "command" : ""
      }
    }
  }
  END { exit bad }
' $files
