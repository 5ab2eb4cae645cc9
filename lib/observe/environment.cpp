#include "observe/environment.h"

#include <array>
#include <climits>
#include <set>

#include <sys/utsname.h>
#include <unistd.h>

#include "observe/files/files.h"
#include "observe/password_file.h"

// POSIX declares it in no header; glibc does, for GNU programs.
extern "C" char** environ;  // NOLINT(readability-redundant-declaration)

namespace wasession::observe {
namespace {

std::map<std::string, std::string, std::less<>> variables_of_this_process() {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    // getenv() finds the first of two equal names, and so does emplace().
    if (equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

std::string home_of(std::uint32_t uid, const std::vector<PasswordEntry>& users) {
  for (const PasswordEntry& user : users) {
    if (user.uid == uid) return user.home;
  }
  return {};
}

/// Empty when it was removed, or may not be asked for.
std::string current_directory() {
  std::array<char, PATH_MAX> path;
  return ::getcwd(path.data(), path.size()) != nullptr ? path.data() : "";
}

/// Existing directories, each once however many users share it. System accounts have `/` or
/// `/nonexistent`.
std::vector<std::string> homes_besides(const std::string& own,
                                       const std::vector<PasswordEntry>& users) {
  std::vector<std::string> homes;
  std::set<std::string> seen{"/", "/nonexistent", resolve(own)};
  for (const PasswordEntry& user : users) {
    if (!user.home.starts_with('/')) continue;
    const std::string resolved = resolve(user.home);
    if (resolved.empty() || facts_of(resolved).kind != FileKind::directory) continue;
    if (seen.insert(resolved).second) homes.push_back(user.home);
  }
  return homes;
}

Environment own_environment(const std::vector<PasswordEntry>& users) {
  Environment environment;
  environment.variables = variables_of_this_process();
  environment.home = environment.get("HOME").value_or(home_of(::getuid(), users));
  environment.working_directory = current_directory();
  environment.working_directory_is_gone = environment.working_directory.empty();
  if (environment.working_directory_is_gone) environment.working_directory = "/";
  utsname system{};
  if (::uname(&system) == 0 && std::string_view(system.sysname) == "Darwin") {
    environment.platform = Platform::macos;
  }
  return environment;
}

}  // namespace

std::optional<std::string> Environment::get(std::string_view name) const {
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const auto found = variables.find(name);
  if (found == variables.end()) return std::nullopt;
  const std::string& value = found->second;
  const auto first = value.find_first_not_of(kBlanks);
  if (first == std::string::npos) return std::nullopt;
  return value.substr(first, value.find_last_not_of(kBlanks) - first + 1);
}

Environment own_environment() {
  return own_environment(password_database());
}

Environment current_environment() {
  const std::vector<PasswordEntry> users = password_database();
  Environment environment = own_environment(users);
  if (::geteuid() == 0) environment.other_homes = homes_besides(environment.home, users);
  return environment;
}

}  // namespace wasession::observe
