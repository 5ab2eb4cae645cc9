#include <memory>

#include <fmt/format.h>

#include "become.h"
#include "carry_out.h"
#include "commands.h"
#include "model/selector.h"
#include "observe/holders/leases.h"
#include "starting.h"

namespace wasession::cmd {
namespace {

int run_run(const GlobalOptions& global, const RunOptions& options) {
  if (!options.misplaced.empty()) {
    print_error(fmt::format("put -- before the command: wasession run … -- {}",
                            fmt::join(options.misplaced, " ")));
    return kWrongUsage;
  }
  if (options.command.empty()) {
    print_error(
        "run needs a command behind --: wasession run --session wacli/default -- wacli sync");
    return kWrongUsage;
  }
  recover(global, false);
  const std::string directory = observe::lease_directory(observe::own_environment());
  if (directory.empty()) {
    print_error(
        "there is no place for the lease: neither HOME nor XDG_STATE_HOME is an absolute path");
    return kCannot;
  }
  lease::Leases leases(directory);
  if (const auto refused = Starting(global, options, leases).prepare()) return *refused;
  leases.let_command_inherit();
  return become(options.command);
}

std::string check_number(std::string& text) {
  const auto digits = phone_digits(text);
  if (!digits) return text + " is no phone number";
  text = *digits;
  return "";
}

}  // namespace

void add_run(CLI::App& app, const GlobalOptions& global, const std::vector<std::string>& command,
             int* exit_code) {
  auto options = std::make_shared<RunOptions>();
  options->command = command;
  CLI::App* const run = app.add_subcommand(
      "run", "Start a command as the only one that uses an account: run [OPTIONS] -- COMMAND…");
  CLI::Option* const sessions =
      run->add_option("--session", options->selectors,
                      "What the command uses (repeatable); by default what an openclaw or wacli "
                      "command uses, else the only account")
          ->type_name("SESSION")
          ->allow_extra_args(false);
  CLI::Option* const account =
      run->add_option("--account", options->account, "The account that the command uses")
          ->type_name("NUMBER")
          ->transform(CLI::Validator(check_number, ""))
          ->excludes(sessions);
  run->add_option("--wait", options->wait, "Wait so long for another session to end")
      ->type_name("SECONDS")
      ->check(check_timeout);
  run->add_flag("--take-over", options->take_over, "Disconnect another session first (--force)");
  run->add_flag(
         "--per-device", options->per_device,
         "Let other linked devices of the account be: only the same credential is in the way")
      ->excludes(account);
  run->add_option("COMMAND", options->misplaced, "What is started, with its arguments, behind --")
      ->type_name("");
  finish_command(*run,
                 "  75  another session is active: nothing was started, try later\n"
                 "  126, 127  the command can't be run, or does not exist\n"
                 "Else the exit status is the command's own: wasession becomes it.\n");
  run->callback([options, &global, exit_code] { *exit_code = run_run(global, *options); });
}

}  // namespace wasession::cmd
