#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>

#include "commands.h"
#include "memory.h"
#include "terminal.h"
#include "usage.h"
#include "version.h"

namespace {

using wasession::cmd::Exit;
using wasession::cmd::kVersion;

/// Answered before anything else is set up: scripts ask for it often, and an exception thrown by
/// the option parser would cost four times as much as the whole answer in a static binary.
bool wants_only_version(int argc, char** argv) {
  return argc == 2 && std::string_view(argv[1]) == "--version";
}

/// A file opened later must not get the number of a standard stream that was closed: a message for
/// stderr would be written into it.
void open_standard_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0) ::open("/dev/null", O_RDWR);
  }
}

int report_unwritten() {
  wasession::cmd::print_error(fmt::format("can't write the output: {}", std::strerror(errno)));
  return Exit::kCannot;
}

int print(std::string_view text, Exit exit_code) {
  return wasession::cmd::write_output(text) ? static_cast<int>(exit_code) : report_unwritten();
}

/// A caller that ignores it would keep the commands that are run from telling how they ended.
void listen_for_children() {
  static_cast<void>(std::signal(SIGCHLD, SIG_DFL));
}

/// The words behind `run … --`, which are another program's and no options of ours. Shortens
/// `argc` to what stands before.
std::vector<std::string> take_command(int& argc, char** argv) {
  char** const end = argv + argc;
  const auto is = [](std::string_view word) {
    return [word](const char* argument) { return argument == word; };
  };
  char** const separator = std::find_if(argv, end, is("--"));
  if (separator == end || std::find_if(argv, separator, is("run")) == separator) return {};
  argc = static_cast<int>(separator - argv);
  return {separator + 1, end};
}

int run(int argc, char** argv) {
  wasession::cmd::prepare_memory();
  wasession::cmd::GlobalOptions global;
  int exit_code = Exit::kDone;
  const std::vector<std::string> command = take_command(argc, argv);
  CLI::App app{"Who uses which WhatsApp credential on this machine, and why WhatsApp answers 440"};
  app.name("wasession");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  app.footer(wasession::cmd::kExitStatusHelp);
  wasession::cmd::add_global_options(app, global);
  wasession::cmd::add_list(app, global, &exit_code);
  wasession::cmd::add_who_holds(app, global, &exit_code);
  wasession::cmd::add_doctor(app, global, &exit_code);
  wasession::cmd::add_disconnect(app, global, &exit_code);
  wasession::cmd::add_purge_creds(app, global, &exit_code);
  wasession::cmd::add_restore(app, global, &exit_code);
  wasession::cmd::add_serve(app, global, &exit_code);
  wasession::cmd::add_run(app, global, command, &exit_code);
  wasession::cmd::add_completion(app, global, &exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {
    app.exit(answer);  // help or the version, to std::cout
    return std::cout.flush() ? static_cast<int>(Exit::kDone) : report_unwritten();
  } catch (const CLI::ParseError& error) {
    wasession::cmd::print_error(wasession::cmd::what_is_wrong(app, error));
    return Exit::kWrongUsage;
  }
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    open_standard_streams();
    listen_for_children();
    if (argc == 1) return print(wasession::cmd::start_screen(), Exit::kWrongUsage);
    if (wants_only_version(argc, argv)) return print(std::string(kVersion) + "\n", Exit::kDone);
    return run(argc, argv);
  } catch (const std::exception& error) {
    wasession::cmd::print_error(error.what());
    return Exit::kCannot;
  }
}
