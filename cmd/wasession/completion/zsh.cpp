#include <string_view>

#include <fmt/format.h>

#include "completion/scripts.h"

namespace wasession::cmd::completion {
namespace {

constexpr std::string_view kBegin = R"zsh(#compdef wasession
# zsh completion for wasession, made by: wasession completion zsh

# _wasession_live WHAT [OPTIONS OF compadd]: proposes the lines "word<tab>about" of __complete WHAT.
_wasession_live() {
  local what=$1 line tab=$'\t'
  shift
  local -a proposed
  for line in ${(f)"$(command wasession __complete $what 2>/dev/null)"}; do
    proposed+=("${${line%%$tab*}//:/\\:}:${line#*$tab}")
  done
  _describe -V $what proposed "$@"
}

# Several with commas between them.
_wasession_live_list() {
  compset -P '*,'
  compset -S ',*'
  _wasession_live $1 -S ''
}

# The command behind `run --`.
_wasession_other_command() {
  local -i dashes=${words[(i)--]}
  ((dashes < CURRENT)) || return 1
  shift dashes words
  ((CURRENT -= dashes))
  _normal
}
)zsh";

/// Inside '…' and inside the [description] of a specification.
std::string described(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out;
}

std::string action(const Value& value) {
  switch (value.kind) {
    case ValueKind::choices:
      return fmt::format("({})", fmt::join(value.words, " "));
    case ValueKind::live:
      // The blank keeps _arguments from putting options of its own in front of the word.
      return fmt::format(" _wasession_live{} {}", value.list ? "_list" : "", value.what);
    case ValueKind::files:
      return "_files";
    case ValueKind::directories:
      return "_files -/";
    case ValueKind::command:
      return "_wasession_other_command";
    case ValueKind::other:
      break;
  }
  return "";
}

std::string specifications(const std::vector<Option>& options) {
  std::string all;
  for (const Option& option : options) {
    // Of an option with two names either one excludes both, unless it may be repeated.
    const std::string others =
        option.names.size() > 1 ? fmt::format("({})", fmt::join(option.names, " ")) : std::string();
    for (const std::string& name : option.names) {
      const bool has_value = !option.value_name.empty();
      all += fmt::format(" \\\n    '{}{}{}[{}]", option.repeatable ? "*" : others, name,
                         has_value && name.starts_with("--") ? "=" : "", described(option.help));
      if (has_value)
        all += fmt::format(":{}:{}", described(option.value_name), action(option.value));
      all += "'";
    }
  }
  return all;
}

std::string function_of(const Command& command) {
  std::string text = fmt::format("\n_wasession_{}() {{\n  _arguments -s $global", command.name);
  text += specifications(command.options);
  if (command.positional) {
    text += fmt::format(" \\\n    '{}:{}:{}'", command.positional->repeatable ? "*" : "1",
                        described(command.positional->name), action(command.positional->value));
  }
  return text + "\n}\n";
}

}  // namespace

std::string zsh_script(const Tree& tree) {
  std::string script(kBegin);
  for (const Command& command : tree.commands) script += function_of(command);
  script +=
      "\n_wasession() {\n  local curcontext=$curcontext state line\n  local -a global commands\n  "
      "global=(";
  script += specifications(tree.global);
  script += "\n  )\n  commands=(\n";
  for (const Command& command : tree.commands)
    script += fmt::format("    '{}:{}'\n", command.name, described(command.help));
  script +=
      "  )\n"
      "  _arguments -C -s $global '1:command:->command' '*::argument:->arguments'\n"
      "  case $state in\n"
      "    command) _describe -V command commands ;;\n"
      "    arguments)\n"
      "      curcontext=${curcontext%:*:*}:wasession-$words[1]:\n"
      "      (( $+functions[_wasession_$words[1]] )) && _wasession_$words[1]\n"
      "      ;;\n"
      "  esac\n"
      "}\n"
      "\n"
      "# Loaded by compinit it is run to complete; sourced it is only to be known.\n"
      "if [[ $funcstack[1] == _wasession ]]; then\n"
      "  _wasession \"$@\"\n"
      "else\n"
      "  compdef _wasession wasession\n"
      "fi\n";
  return script;
}

}  // namespace wasession::cmd::completion
