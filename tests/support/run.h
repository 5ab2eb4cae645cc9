/// Runs the wasession binary as a person would, in a home of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace wasession::test {

struct Run {
  int exit_status = -1;  ///< 128 + the signal's number when one ended it
  std::string out;
  std::string err;
};

/// Runs `wasession ARGS…` with exactly `environment` and no standard input.
Run run_wasession(const std::vector<std::string>& arguments,
                  const std::map<std::string, std::string>& environment);

}  // namespace wasession::test
