#include "completion/tree.h"

#include <algorithm>
#include <string_view>

#include "completion/live.h"

namespace wasession::cmd::completion {
namespace {

/// A value is told by its name in the help; choices stand behind it in braces: `WHEN:{auto,never}`.
Value value_of(const std::string& type) {
  Value value;
  const std::size_t brace = type.find('{');
  std::string name = type.substr(0, std::min(type.find(':'), brace));
  if (name.ends_with(",…")) {
    value.list = true;
    name.resize(name.size() - std::string_view(",…").size());
  }
  if (const LiveKind* const live = find_live_kind(name)) {
    value.kind = ValueKind::live;
    value.what = live->what;
  } else if (brace != std::string::npos) {
    value.kind = ValueKind::choices;
    value.words = CLI::detail::split(type.substr(brace + 1, type.size() - brace - 2), ',');
  } else if (name == "DIR") {
    value.kind = ValueKind::directories;
  } else if (name == "FILE" || name == "PATH") {
    value.kind = ValueKind::files;
  } else if (name == "COMMAND") {
    value.kind = ValueKind::command;
  }
  return value;
}

Option option_of(const CLI::Option& parsed) {
  Option option;
  for (const std::string& name : parsed.get_snames()) option.names.push_back("-" + name);
  for (const std::string& name : parsed.get_lnames()) option.names.push_back("--" + name);
  option.help = parsed.get_description();
  option.repeatable = parsed.get_expected_max() > 1;
  if (parsed.get_type_size() == 0) return option;
  const std::string type = parsed.get_type_name();
  option.value_name = type.substr(0, type.find_first_of(":{"));
  option.value = value_of(type);
  return option;
}

std::vector<Option> options_of(const CLI::App& app) {
  std::vector<Option> options;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() && !option->get_group().empty())
      options.push_back(option_of(*option));
  }
  return options;
}

Command command_of(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), options_of(app), std::nullopt};
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true);
    // Choices stand in the type's name.
    command.positional =
        Positional{name, value_of(name + option->get_type_name()), option->get_expected_max() > 1};
  }
  return command;
}

}  // namespace

Tree tree_of(const CLI::App& app) {
  Tree tree{options_of(app), {}};
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_group().empty()) continue;
    tree.commands.push_back(command_of(*command));
    // --help, which each has of its own.
    std::erase_if(tree.commands.back().options, [&](const Option& option) {
      return std::ranges::find(tree.global, option.names, &Option::names) != tree.global.end();
    });
  }
  return tree;
}

}  // namespace wasession::cmd::completion
