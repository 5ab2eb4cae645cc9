#include "options.h"

#include <charconv>
#include <cstdio>
#include <numeric>

#include <fmt/format.h>
#include <unistd.h>

#include "model/baileys_files.h"
#include "model/selector.h"
#include "observe/files/files.h"
#include "observe/observe.h"
#include "progress_line.h"
#include "report/escape.h"
#include "report/redact.h"
#include "terminal.h"

namespace wasession::cmd {
namespace {

std::vector<std::string> split_list(const std::string& list, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  while (start <= list.size()) {
    const std::size_t end = std::min(list.find(separator, start), list.size());
    if (end > start) parts.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string registry_file(const GlobalOptions& options, const observe::Environment& environment) {
  if (!options.registry_path.empty()) return absolute_path(options.registry_path, environment);
  if (const auto path = environment.get("WASESSION_REGISTRY"))
    return absolute_path(*path, environment);
  return registry::default_registry_path(environment.get("XDG_STATE_HOME"), environment.home,
                                         environment.platform == observe::Platform::macos);
}

/// Throws CLI::ValidationError for an address that is none.
std::vector<observe::Endpoint> endpoints(const GlobalOptions& options,
                                         const observe::Environment& environment) {
  std::vector<std::string> texts = options.endpoints;
  if (const auto list = environment.get("WASESSION_ENDPOINTS")) {
    for (std::string& text : split_list(*list, ',')) texts.push_back(std::move(text));
  }
  std::vector<observe::Endpoint> all;
  for (const std::string& text : texts) {
    const auto parsed = observe::parse_endpoint(text);
    if (parsed.empty()) {
      throw CLI::ValidationError("--endpoint or WASESSION_ENDPOINTS",
                                 text +
                                     " is no HOST:PORT whose host is an address, localhost, or a "
                                     "name in /etc/hosts (nothing is asked of the DNS)");
    }
    all.insert(all.end(), parsed.begin(), parsed.end());
  }
  return all;
}

/// What fails here has failed the look, too, and is told of.
std::vector<registry::RememberedSession> remembered_sessions(const registry::Opening& opening) {
  if (!opening.registry) return {};
  try {
    return opening.registry->remembered_sessions();
  } catch (const std::exception&) {
    return {};
  }
}

/// The options that every command has, as the end of its help names them.
std::string names_of_global_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    const bool told_elsewhere = option == app.get_help_ptr() || option == app.get_version_ptr();
    if (!told_elsewhere) names.push_back("--" + option->get_lnames().front());
  }
  return fmt::format("{}", fmt::join(names, " "));
}

/// A message that can't be written (a closed or full stderr) must not cost the answer.
void write_line(const std::string& text) {
  static_cast<void>(std::fputs(("wasession: " + text + "\n").c_str(), stderr));
}

}  // namespace

std::string check_timeout(const std::string& text) {
  constexpr double kDay = 86400;
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  // Not a number is neither less nor more than anything.
  const bool fits = error == std::errc() && rest == end && seconds >= 0 && seconds <= kDay;
  return fits ? "" : text + " is no number of seconds from 0 to 86400";
}

void finish_command(CLI::App& command, const std::string& more) {
  command.fallthrough();
  command.footer(std::string());  // inherited
  command.footer([&command, more] {
    return kExitStatusHelp + more +
           fmt::format("\nEvery command also has {}: see wasession --help.\n",
                       names_of_global_options(*command.get_parent()));
  });
}

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.add_flag("--json", options.json,
               "One JSON object on stdout; wasession-json(5) says what is in it");
  app.add_flag("--redact", options.redact, "Mask numbers and names, for pasting into a bug report");
  app.add_option("--root", options.roots,
                 "Look in and below DIR too (repeatable; also WASESSION_PATH, colon separated)")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->check([](const std::string& path) { return path.empty() ? "names no directory" : ""; });
  app.add_flag("--only-root", options.only_root, "Look nowhere but in the --root directories");
  app.add_option("--endpoint", options.endpoints,
                 "An address that counts as WhatsApp's, as a number or from /etc/hosts: a proxy, "
                 "a test server (repeatable; also WASESSION_ENDPOINTS, comma separated)")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false);
  app.add_option("--registry", options.registry_path,
                 "The session registry (also WASESSION_REGISTRY)")
      ->type_name("PATH");
  app.add_option("--color", options.colour, "Colour: auto (on a terminal), always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_flag("-q,--quiet", options.quiet, "No warnings and no progress on stderr");
  app.add_flag("-v,--verbose", options.verbose, "Say on stderr how much was searched and read");
}

std::string absolute_path(const std::string& path, const observe::Environment& environment) {
  if (path == "~" || path.starts_with("~/")) return environment.home + path.substr(1);
  if (path.starts_with('/')) return path;
  // Taken for one below `/`, `.` would be the whole machine.
  if (environment.working_directory_is_gone)
    throw CLI::ValidationError(path, "the working directory is gone: name an absolute path");
  return observe::join(environment.working_directory, path);
}

Look prepare_look(const GlobalOptions& options, const std::vector<std::string>& selectors) {
  Look look;
  look.environment = observe::current_environment();
  look.registry_file = registry_file(options, look.environment);

  observe::Scope& scope = look.scope;
  scope.only_roots = options.only_root;
  for (const std::string& root : options.roots) {
    scope.roots.push_back(absolute_path(root, look.environment));
  }
  if (const auto list = look.environment.get("WASESSION_PATH")) {
    for (const std::string& root : split_list(*list, ':')) {
      scope.roots.push_back(absolute_path(root, look.environment));
    }
  }
  for (const std::string& selector : absolute_selectors(selectors, look.environment)) {
    if (selector.starts_with('/')) scope.named_stores.push_back(selector);
  }

  scope.endpoints = endpoints(options, look.environment);
  return look;
}

Look look_at_machine(const GlobalOptions& options, const std::vector<std::string>& selectors,
                     const observe::SeenConnections& lately) {
  Look look = prepare_look(options, selectors);
  look.scope.lately = lately;
  registry::Opening opening;
  if (!options.only_root && !look.registry_file.empty()) {
    opening = registry::open_registry(look.registry_file, registry::Access::read_only);
  }
  observe::Progress progress;
  {
    const ProgressLine line(progress, !options.quiet);
    look.snapshot =
        observe::take_snapshot(look.scope, look.environment, opening.registry.get(), progress);
  }
  look.registry_damaged = opening.damaged;
  look.remembered_sessions = remembered_sessions(opening);
  if (opening.warning) look.snapshot.warnings.push_back(*opening.warning);
  if (options.verbose) {
    print_error(fmt::format("{} directories searched, {} stores read, {} sessions found",
                            progress.directories_searched.load(), progress.stores_read.load(),
                            look.snapshot.sessions.size()));
  }
  return look;
}

std::vector<std::string> absolute_selectors(const std::vector<std::string>& selectors,
                                            const observe::Environment& environment) {
  std::vector<std::string> result;
  for (const std::string& selector : selectors) {
    const bool looks_like_path =
        selector.starts_with('/') || selector.starts_with('.') || selector.starts_with("~");
    if (!looks_like_path) {
      result.push_back(selector);
      continue;
    }
    std::string path = absolute_path(selector, environment);
    const std::string_view name = observe::base_name(path);
    if (name == kCredsFile || name == kCredsBackup) path = observe::parent_path(path);
    const std::string resolved = observe::resolve(path);
    result.push_back(resolved.empty() ? path : resolved);
  }
  return result;
}

std::optional<std::vector<std::size_t>> chosen_sessions(const GlobalOptions& options,
                                                        const Look& look,
                                                        const std::vector<std::string>& selectors) {
  print_warnings(options,
                 options.redact ? report::redact(look.snapshot).warnings : look.snapshot.warnings);
  Selection selection =
      select_sessions(look.snapshot, absolute_selectors(selectors, look.environment));
  if (!selection.error) return std::move(selection.sessions);
  print_error(options.redact ? report::redact_text(*selection.error, look.snapshot)
                             : *selection.error);
  return std::nullopt;
}

std::vector<std::size_t> all_sessions(const Snapshot& snapshot) {
  std::vector<std::size_t> positions(snapshot.sessions.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  return positions;
}

void print_nothing_found(const GlobalOptions& options) {
  if (options.quiet) return;
  print_error(fmt::format("no WhatsApp credentials found{}",
                          options.only_root
                              ? " below the --root directories"
                              : " in the usual places; name a directory with --root"));
}

void print_warnings(const GlobalOptions& options, const std::vector<Warning>& warnings) {
  if (options.quiet) return;
  for (const Warning& warning : warnings) {
    const auto shown = [&](const std::string& text) {
      return report::printable(options.redact ? report::mask_text(text) : text);
    };
    const std::string where = warning.path.empty() ? "" : shown(warning.path) + ": ";
    write_line("warning: " + where + shown(warning.what));
  }
}

void print_error(const std::string& message) {
  write_line(report::printable(message));
}

}  // namespace wasession::cmd
