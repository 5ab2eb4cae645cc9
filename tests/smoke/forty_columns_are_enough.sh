#!/bin/sh
# A terminal of 40 columns: a phone over ssh, a split pane.
# usage: sh forty_columns_are_enough.sh WASESSION
. "$(dirname "$0")/lib.sh"
need_terminal

store shop v9-linked-msgs
store lab v9-copy-A
store copy v9-copy-B
store "a bot with a name that is wider than any terminal that we have" v6-linked-msgs
store "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字" v14-linked-msgs
hold shop

# In columns: some characters take two.
widest() { wc -L <"$1"; }

for columns in 1 10 40 80 500; do
  for ask in "list" "doctor" "who-holds" "purge-creds baileys/copy --dry-run" \
    "disconnect baileys/shop --dry-run" "restore --list" "--help"; do
    case $ask in restore* | --help) where= ;; *) where=$here ;; esac
    on_terminal 0 "$ask does not work in $columns columns" $columns \
      "wasession $ask --color never $where"
    check "$ask shows nothing in $columns columns" test -s "$top/out"
  done
done

on_terminal 0 "no list in 40 columns" 40 "wasession list --color never $here"
sed '/^$/,$d' "$top/out" >"$top/table"
check "a row has no line of its own: $(wc -l <"$top/table")" test "$(wc -l <"$top/table")" -eq 6
check "a row of the table is wider than the terminal" test "$(widest "$top/table")" -le 40
for word in SESSION PHONE STATE baileys/shop 15553334444 linked; do
  check "a table of 40 columns does not show: $word" grep -q "$word" "$top/table"
done
check "two sessions can't be told apart in 40 columns" \
  test "$(cut -c 1-19 "$top/table" | sort -u | wc -l)" -eq 6

# What is to be typed is never cut: it is longer than the line and must be pasted.
on_terminal 0 "no diagnosis in 40 columns" 40 "wasession doctor --color never $here"
check "a command to be pasted is cut in 40 columns" \
  grep -qE '^ +wasession purge-creds baileys/(copy|lab)$' "$top/out"
check "the explanation is not wrapped in 40 columns" \
  test "$(sed -n '/^  Why/,/^  Fix/p' "$top/out" | sed '$d' | sort -u | tee "$top/why" | wc -l)" -gt 3
check "a line of the explanation is wider than the terminal" test "$(widest "$top/why")" -le 40

# A file is not a terminal: it has every column, however narrow the terminal is.
on_terminal 0 "no list into a file" 40 "wasession list $here >'$top/file'"
check "a list in a file is cut as if it were on the terminal" grep -q "$bots/shop" "$top/file"
finish
