#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "apply/commands.h"
#include "apply/files.h"
#include "apply/steps.h"

namespace wasession::apply {
namespace {

using nlohmann::json;

constexpr std::string_view kLockSuffix = ".lock";

/// `openclaw gateway call channels.stop …` (2026.9; openclaw.md sections 9 and 10).
Command channels_stop(const Channel& channel) {
  Command command{{"openclaw"}, {}};
  if (!channel.profile.empty()) command.words.push_back("--profile=" + channel.profile);
  const json parameters = {{"channel", "whatsapp"}, {"accountId", channel.account}};
  for (const char* word : {"gateway", "call", "channels.stop", "--json", "--params"}) {
    command.words.emplace_back(word);
  }
  command.words.push_back(parameters.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!channel.state_directory.empty()) {
    command.environment.emplace_back("OPENCLAW_STATE_DIR", channel.state_directory);
  }
  return command;
}

/// The CLI may write other lines around its JSON.
bool says_stopped(const std::string& text) {
  for (std::size_t begin = text.find('{'); begin != std::string::npos;
       begin = text.find('{', begin + 1)) {
    const std::size_t end = text.rfind('}');
    if (end == std::string::npos || end < begin) return false;
    const json answer = json::parse(text.substr(begin, end - begin + 1), nullptr, false);
    if (answer.is_object()) return answer.value("stopped", json(false)) == true;
  }
  return false;
}

/// Whether the lock of the auth directory is shown to be somebody else's, or nobody's. One that
/// can't be read, or is being written, shows nothing.
bool is_not_locked_by(const std::string& lock, int process) {
  const Location location = locate(lock);
  if (!location.directory) return location.error == ENOENT;
  struct stat status {};
  const Descriptor file = open_at(location, status);
  if (!file) return errno == ENOENT;
  std::array<char, 4096> bytes{};
  const ssize_t count = ::read(file.get(), bytes.data(), bytes.size());
  if (count <= 0) return false;
  const json content = json::parse(bytes.data(), bytes.data() + count, nullptr, false);
  if (!content.is_object()) return false;
  const auto pid = content.find("pid");
  return pid != content.end() && pid->is_number_integer() && pid->get<int>() != process;
}

/// It is the gateway itself that must have let go: another one may have answered.
bool let_go(const Step& step, const Means& means) {
  constexpr std::chrono::milliseconds kLongest{3'000};
  constexpr std::chrono::milliseconds kPause{50};
  const std::string lock = step.channel.value().auth_directory + std::string(kLockSuffix);
  for (std::chrono::milliseconds waited{0}; waited < kLongest && !means.is_interrupted();
       waited += kPause) {
    if (is_not_locked_by(lock, step.stopping.value().process.pid)) return true;
    std::this_thread::sleep_for(kPause);
  }
  return false;
}

}  // namespace

Outcome stop_channel(const Step& step, const Means& means) {
  Commands real;
  Commands& commands = means.commands != nullptr ? *means.commands : real;
  const Command command = channels_stop(step.channel.value());
  const Answer answer = commands.run(command, means.timeout, means);
  if (answer.error != 0 || answer.status != 0 || answer.timed_out) {
    return skipped(step, describe_failure(command, answer) + "; the next step does it");
  }
  if (!says_stopped(answer.text)) {
    return skipped(step, "the gateway did not say that it stopped; the next step does it");
  }
  if (!let_go(step, means)) {
    return skipped(step, fmt::format("pid {} has not let go of the account; the next step does it",
                                     step.stopping.value().process.pid));
  }
  return done(step, "the gateway ended this account and goes on with the others");
}

}  // namespace wasession::apply
