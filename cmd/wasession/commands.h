/// One function for each subcommand: declares its options on `app` and sets `*exit_code` when it
/// ran.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "options.h"

namespace wasession::cmd {

void add_list(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_who_holds(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_doctor(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_disconnect(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_purge_creds(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_restore(CLI::App& app, const GlobalOptions& global, int* exit_code);
void add_serve(CLI::App& app, const GlobalOptions& global, int* exit_code);
/// Also the hidden `__complete`, which the scripts call.
void add_completion(CLI::App& app, const GlobalOptions& global, int* exit_code);
/// `command` is what stood behind `--`.
void add_run(CLI::App& app, const GlobalOptions& global, const std::vector<std::string>& command,
             int* exit_code);

}  // namespace wasession::cmd
