/// A pid namespace for one test: processes in it see no other one, and the test says which pid
/// comes next.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace wasession::test {

/// Runs `body` as a process of a new pid namespace with a /proc of its own, and gives what it
/// returns: what is wrong, empty when nothing is. Nothing where the system allows no namespace.
std::optional<std::string> in_small_world(const std::function<std::string()>& body);

/// Makes the next process of the namespace have this pid, if nobody has it. False when the system
/// does not allow it.
bool next_pid_is(int pid);

}  // namespace wasession::test
