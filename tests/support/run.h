/// Runs the wasession binary as a person would: not as root, and with chosen variables only.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace wasession::test {

using Variables = std::map<std::string, std::string>;

struct Run {
  int exit_status = -1;  ///< 128 + the signal's number when one ended it
  std::string out;
  std::string err;
};

struct RunOptions {
  std::string working_directory = "/";
  std::string stdout_path;  ///< a file or device in place of Run::out
  std::string typed = {};   ///< on a terminal: what the person types
};

/// The user and group that the binary becomes when root runs the tests: no account of any machine
/// has it, so that nobody else's processes and files are seen.
inline constexpr unsigned kPersonId = 61234;

/// Runs `wasession ARGS…` with exactly `environment` and no standard input.
Run run_wasession(const std::vector<std::string>& arguments, const Variables& environment,
                  const RunOptions& options = {});

/// Replaces this process, after fork(), by the binary. Descriptors 0 to 2 stay as they are. Does
/// not return: a failure ends the process with status 127.
[[noreturn]] void exec_wasession(const std::vector<std::string>& arguments,
                                 const Variables& environment, const RunOptions& options);

/// The exit status of a child, as in Run::exit_status.
int wait_for(int child);

}  // namespace wasession::test
