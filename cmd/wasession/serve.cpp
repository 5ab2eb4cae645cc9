#include "serve/serve.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

#include "commands.h"
#include "examine.h"
#include "memory.h"
#include "model/time.h"
#include "version.h"

namespace wasession::cmd {
namespace {

/// What a person gets who gives no address.
constexpr const char* kUsualPlace = "127.0.0.1:7440";

struct ServeOptions {
  std::string listen = kUsualPlace;
  std::string unix_path;
  bool allow_remote = false;
  std::string token_file;
  std::vector<std::string> hosts;
  bool show_numbers = false;
  std::string since = "24h";
  std::vector<std::string> logs;
  double refresh = 5;
  std::string fail_on = "error";
};

Time now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Why the options can't be meant so; nothing when they can.
std::optional<std::string> contradiction(const ServeOptions& options) {
  if (!parse_moment(options.since, now())) {
    return fmt::format("--since {} is no time: say 30m, 24h, 7d or 2026-11-22T15:30",
                       options.since);
  }
  constexpr double kShortestRefresh = 0.1;
  if (options.refresh < kShortestRefresh) {
    return fmt::format("--refresh {} is too short: {} seconds at least", options.refresh,
                       kShortestRefresh);
  }
  if (!options.unix_path.empty()) return std::nullopt;
  const auto place = serve::parse_place(options.listen);
  if (!place) {
    return fmt::format(
        "--listen {} is no ADDRESS:PORT with an address as a number, such as {} or [::1]:7440",
        options.listen, kUsualPlace);
  }
  if (place->address.is_loopback()) return std::nullopt;
  if (!options.allow_remote || options.token_file.empty()) {
    return fmt::format(
        "{} can be reached from other machines: that needs --allow-remote and --token-file FILE",
        options.listen);
  }
  return std::nullopt;
}

serve::Listener listen(const ServeOptions& options, const observe::Environment& environment) {
  if (!options.unix_path.empty()) {
    return serve::Listener::at(absolute_path(options.unix_path, environment));
  }
  return serve::Listener::on(*serve::parse_place(options.listen));
}

serve::Settings settings_of(const ServeOptions& options, const observe::Environment& environment) {
  serve::Settings settings;
  if (options.unix_path.empty()) {
    settings.rules.hosts =
        serve::AllowedHosts(serve::parse_place(options.listen)->address, options.hosts);
  }
  if (!options.token_file.empty()) {
    settings.rules.token = serve::Token::from_file(absolute_path(options.token_file, environment));
  }
  settings.limits.fresh = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double>(options.refresh));
  settings.rendering.show_numbers = options.show_numbers;
  settings.rendering.fail_on = options.fail_on == "warning" ? Severity::warning : Severity::error;
  settings.version = std::string(kVersionNumber);
  settings.watchdog = serve::watchdog_interval(environment.get("WATCHDOG_USEC"),
                                               environment.get("WATCHDOG_PID"), ::getpid());
  settings.complain = [](const std::string& why) {
    print_error("the machine can't be looked at: " + why);
  };
  return settings;
}

/// What one look leaves for the next.
struct Memory {
  std::unique_ptr<registry::Registry> registry = registry::registry_in_memory();
  observe::JournalMemory journals;
};

serve::Look looking(const GlobalOptions& global, const ServeOptions& options) {
  GlobalOptions silent = global;
  silent.quiet = true;
  silent.verbose = false;
  return [silent, options,
          memory = std::make_shared<Memory>()](const observe::SeenConnections& lately) {
    // Not at the end, when what is to be rendered is still there.
    give_back_memory();
    Look look = look_at_machine(silent, {}, lately);
    const auto since = parse_moment(options.since, look.snapshot.taken_at);
    examine(silent, {*since, options.logs, memory->registry.get(), &memory->journals}, look);
    return std::move(look.snapshot);
  };
}

int run_serve(const GlobalOptions& global, const ServeOptions& options) {
  if (const auto wrong = contradiction(options)) {
    print_error(*wrong);
    return kWrongUsage;
  }
  prepare_memory_to_stay();
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const observe::Environment environment = prepare_look(global, {}).environment;
  bool ended = false;
  try {
    const serve::Settings settings = settings_of(options, environment);
    serve::Listener listener = listen(options, environment);
    if (!global.quiet) print_error("listening on " + listener.name());
    serve::Notifier notifier(environment.get("NOTIFY_SOCKET").value_or(""));
    ended = serve::serve(std::move(listener), settings, looking(global, options), notifier);
  } catch (const serve::UnusableToken& error) {
    print_error(error.what());
    return kWrongUsage;
  } catch (const serve::CannotListen& error) {
    print_error(error.what());
    return kCannot;
  }
  if (!ended) std::_Exit(kDone);
  return kDone;
}

}  // namespace

void add_serve(CLI::App& app, const GlobalOptions& global, int* exit_code) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* const serve = app.add_subcommand(
      "serve", "Health, findings and metrics over HTTP, until it is told to stop");
  auto* const unix_path =
      serve->add_option("--unix", options->unix_path, "Listen on a Unix socket with mode 0600")
          ->type_name("PATH");
  serve->add_option("--listen", options->listen, "Listen there; port 0 lets the system choose one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str()
      ->excludes(unix_path);
  serve->add_flag("--allow-remote", options->allow_remote,
                  "Listen on an address that other machines reach; needs --token-file");
  serve
      ->add_option("--token-file", options->token_file,
                   "Answer only requests with this bearer token: 16 characters or more in a file "
                   "that nobody else may read")
      ->type_name("FILE");
  serve
      ->add_option("--host", options->hosts,
                   "A name that requests may ask for, besides localhost and addresses (repeatable)")
      ->type_name("NAME")
      ->allow_extra_args(false);
  serve->add_flag("--show-numbers", options->show_numbers,
                  "Show phone numbers, names and arguments, which are masked as by --redact");
  serve
      ->add_option("--refresh", options->refresh,
                   "Look at the machine again when answers are older; twice as old, wait for it")
      ->type_name("SECONDS")
      ->check(check_timeout)
      ->capture_default_str();
  serve
      ->add_option("--since", options->since,
                   "How far back logs count: 30m, 24h, 7d, or a date and time")
      ->type_name("TIME")
      ->capture_default_str();
  serve->add_option("--log", options->logs, "Read this log, too (repeatable; .gz as well)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  serve->add_option("--fail-on", options->fail_on, "/healthz answers 503 from this severity on")
      ->check(CLI::IsMember({"warning", "error"}))
      ->type_name("SEVERITY")
      ->capture_default_str();
  finish_command(*serve);
  serve->callback([options, &global, exit_code] { *exit_code = run_serve(global, *options); });
}

}  // namespace wasession::cmd
