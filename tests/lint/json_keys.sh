#!/bin/sh
# The formats in the manual. wasession-json(5) explains every key that the code can print, every
# schema, and every word that stands for a value, and no other key; wasession-registry(5) explains every
# column of lib/registry/migrations/*.sql, and no other. A key is what is given to the JSON writer as a
# literal, to it or to a function that takes the writer and a key; in the page it is what `.It Sy` names,
# as `findings[].code`. Prints `FILE:LINE: json_keys: what is wrong`; exit 1 when anything was.
# usage: sh tests/lint/json_keys.sh (from anywhere; it checks the tree that it is in)
set -u
cd "$(dirname "$0")/../.." || exit 2
for file in man/wasession-json.5 man/wasession-registry.5 lib/report/json_writer.h; do
  [ -r "$file" ] || { echo "json_keys: can't read $file" >&2; exit 2; }
done
status=0
writers=$(grep -rlE 'JsonWriter|json_parts\.h' lib cmd --include='*.cpp' | sort)
words=$(grep -lE 'std::string_view to_string\(' lib/model/*.cpp)
schemas=$(grep -rlE '"wasession\.[a-z-]+/[0-9]' lib/report lib/serve cmd --include='*.cpp')
if [ -z "$writers" ] || [ -z "$words" ]; then
  echo "json_keys: found no writers of JSON" >&2
  exit 2
fi

# The names of files have no blanks: they are split on purpose.
# shellcheck disable=SC2086
awk '
  function complain(place, what) {
    print place ": json_keys: " what
    bad = 1
  }
  function note(key) {
    if (!(key in at)) at[key] = FILENAME ":" FNR
  }
  # literals(TEXT, PATTERN): notes the last string literal of each part of TEXT that PATTERN matches
  function literals(text, pattern,    part) {
    while (match(text, pattern)) {
      part = substr(text, RSTART, RLENGTH)
      text = substr(text, RSTART + RLENGTH)
      sub(/"$/, "", part)
      sub(/^.*"/, "", part)
      if (part ~ /^_/) suffix[part] = FILENAME ":" FNR
      else if (part !~ /\//) note(part)
    }
  }
  mode == "keys" {
    literals($0, "json\\.(key|member)\\([^;\"]*\"[a-z0-9_]+\"")
    literals($0, "\\(json, \"[a-z0-9_]+\"")
    if (match($0, /write_others\(json, "[a-z_]+"/)) {
      part = substr($0, RSTART, RLENGTH)
      gsub(/^[^"]*"|"$/, "", part)
      truncated[part] = 1
    }
    # Only a function that was given the key may pass it on.
    if ($0 ~ /json\.(key|member)\(/ && $0 !~ /json\.(key|member)\([^;]*"/ &&
        $0 !~ /json\.(key|member)\((key|std::string\(key\))[,) ]/)
      complain(FILENAME ":" FNR, "the key is no literal here, so that it cannot be looked up")
    next
  }
  mode == "words" {
    if ($0 ~ /to_string\(/) printed = $0 !~ /IncidentKind/
    if (printed && match($0, /return "[a-z-]+"/)) {
      word = substr($0, RSTART + 8, RLENGTH - 9)
      value[word] = FILENAME ":" FNR
    }
    next
  }
  mode == "schemas" {
    text = $0
    while (match(text, /"wasession\.[a-z-]+\/[0-9]+"/)) {
      schema[substr(text, RSTART + 1, RLENGTH - 2)] = FILENAME ":" FNR
      text = substr(text, RSTART + RLENGTH)
    }
    next
  }
  mode == "page" {
    page = page " " $0 " "
    if ($0 !~ /^\.It Sy /) next
    name = $0
    sub(/^\.It Sy /, "", name)
    sub(/ Pq .*/, "", name)
    count = split(name, names, / , |\[\]\.|\.|\[\] , |\[\]/)
    for (i = 1; i <= count; ++i) {
      if (names[i] == "") continue
      told[names[i]] = FILENAME ":" FNR
    }
    next
  }
  END {
    for (part in suffix) for (key in truncated) at[key part] = suffix[part]
    for (key in at) if (!(key in told)) complain(at[key], key " is not in man/wasession-json.5")
    for (key in told) if (!(key in at)) complain(told[key], "nothing prints a key " key)
    for (word in value) {
      if (!match(page, "[ (]" word "[ ):]")) complain(value[word], "the word " word " is not in man/wasession-json.5")
    }
    for (name in schema) {
      if (!index(page, name)) complain(schema[name], name " is not in man/wasession-json.5")
    }
    exit bad
  }
' mode=keys $writers mode=words $words mode=schemas $schemas mode=page man/wasession-json.5 || status=1

awk '
  function complain(place, what) {
    print place ": json_keys: " what
    bad = 1
  }
  FILENAME ~ /\.sql$/ {
    sub(/--.*/, "")
    if ($1 == "CREATE" && $2 == "TABLE") { table = $3; next }
    if ($1 == "ALTER" && $4 == "ADD") { at[$3 "." $6] = FILENAME ":" FNR; next }
    if ($0 ~ /^\)/) table = ""
    if (table != "" && $1 ~ /^[a-z_]+$/) at[table "." $1] = FILENAME ":" FNR
    next
  }
  /^\.It Sy [a-z_]+\./ {
    for (i = 3; i <= NF; ++i) if ($i != ",") told[$i] = FILENAME ":" FNR
  }
  END {
    for (column in at) {
      if (!(column in told)) complain(at[column], column " is not in man/wasession-registry.5")
    }
    for (column in told) if (!(column in at)) complain(told[column], "there is no column " column)
    exit bad
  }
' lib/registry/migrations/*.sql man/wasession-registry.5 || status=1
exit $status
