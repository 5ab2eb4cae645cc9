#include <string_view>

#include <fmt/format.h>

#include "completion/scripts.h"

namespace wasession::cmd::completion {
namespace {

constexpr std::string_view kBegin =
    R"fish(# fish completion for wasession, made by: wasession completion fish

function __wasession_live
    command wasession __complete $argv[1] 2>/dev/null
end

# Several with commas between them: what stands before the last comma stays.
function __wasession_live_list
    set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^--[^=]*=' ''))
    for line in (__wasession_live $argv[1])
        echo "$before$line"
    end
end

# The command that is typed, nothing while there is none; run's arguments are another program's.
function __wasession_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case {0}
                set -e words[1]
            case '-*'
            case '*'
                echo $words[1]
                return
        end
        set -e words[1]
    end
end

function __wasession_is
    test "$(__wasession_command)" = $argv[1]
    and not __wasession_behind_dashes
end

function __wasession_behind_dashes
    contains -- -- (commandline -opc)
    and test "$(__wasession_command)" = run
end

function __wasession_other_command
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l typed (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct)
    complete -C (string join ' ' -- $typed)
end

complete -c wasession -f
complete -c wasession -n __wasession_behind_dashes -a '(__wasession_other_command)'
)fish";

/// Inside '…'.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The options of `complete` that say what stands in the value's place.
std::string argument(const Value& value) {
  switch (value.kind) {
    case ValueKind::choices:
      return fmt::format(" -x -a '{}'", fmt::join(value.words, " "));
    case ValueKind::live:
      return fmt::format(" -x -a '(__wasession_live{} {})'", value.list ? "_list" : "", value.what);
    case ValueKind::files:
      return " -r -F";
    case ValueKind::directories:
      return " -x -a '(__fish_complete_directories (commandline -ct))'";
    case ValueKind::command:
    case ValueKind::other:
      break;
  }
  return " -x";
}

std::string line_of(const std::string& condition, const Option& option) {
  std::string line = fmt::format("complete -c wasession -n {}", in_quotes(condition));
  for (const std::string& name : option.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value_name.empty()) line += argument(option.value);
  return line + " -d " + in_quotes(option.help) + "\n";
}

/// In front of a command no other options may stand.
std::string global_names_with_values(const Tree& tree) {
  std::string all;
  for (const Option& option : tree.global) {
    if (option.value_name.empty()) continue;
    all += fmt::format("{}{}", all.empty() ? "" : " ", fmt::join(option.names, " "));
  }
  return all;
}

}  // namespace

std::string fish_script(const Tree& tree) {
  std::string script(kBegin);
  script.replace(script.find("{0}"), 3, global_names_with_values(tree));
  script += "\n";
  for (const Option& option : tree.global)
    script += line_of("not __wasession_behind_dashes", option);
  for (const Command& command : tree.commands) {
    const std::string condition = "__wasession_is " + command.name;
    script +=
        fmt::format("\ncomplete -c wasession -n 'test -z \"$(__wasession_command)\"' -a {} -d {}\n",
                    command.name, in_quotes(command.help));
    for (const Option& option : command.options) script += line_of(condition, option);
    if (command.positional && command.positional->value.kind != ValueKind::command) {
      std::string values = argument(command.positional->value);
      values.erase(0, values.find(" -a"));
      script += fmt::format("complete -c wasession -n {}{}\n", in_quotes(condition), values);
    }
  }
  return script;
}

}  // namespace wasession::cmd::completion
