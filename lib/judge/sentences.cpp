#include "judge/sentences.h"

#include <algorithm>

#include <fmt/format.h>

namespace wasession::judge {
namespace {

constexpr std::size_t kMostNames = 4;
/// Enough to tell two commands apart.
constexpr std::size_t kLongestCommand = 80;

std::string name_supervisor(const Supervisor& supervisor) {
  const std::string_view kind = to_string(supervisor.kind);
  if (supervisor.unit.empty()) return std::string(kind);
  if (supervisor.kind == SupervisorKind::shell) {
    return "started by hand from " + supervisor.unit;
  }
  return fmt::format("{} {}", kind, supervisor.unit);
}

template <typename Name>
std::string listed_by(std::span<const std::size_t> positions, Name name) {
  std::vector<std::string> names;
  for (const std::size_t position : positions) {
    // Of the rest only the number is told.
    names.push_back(names.size() < kMostNames ? name(position) : std::string());
  }
  return listed(names);
}

}  // namespace

std::string listed(std::span<const std::string> names) {
  const std::size_t shown = std::min(names.size(), kMostNames);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    if (i > 0) text += last ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > shown) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::string name_sessions(const Snapshot& snapshot, std::span<const std::size_t> sessions) {
  return listed_by(sessions, [&](std::size_t i) { return snapshot.sessions[i].id; });
}

std::string name_process(const Process& process) {
  std::string about = process.command.substr(0, kLongestCommand);
  if (process.command.size() > kLongestCommand) about += "…";
  if (process.supervisor) {
    if (!about.empty()) about += "; ";
    about += name_supervisor(*process.supervisor);
  }
  const std::string pid = fmt::format("pid {}", process.identity.pid);
  return about.empty() ? pid : fmt::format("{} ({})", pid, about);
}

std::string name_processes(const Snapshot& snapshot, std::span<const std::size_t> processes) {
  return listed_by(processes, [&](std::size_t i) { return name_process(snapshot.processes[i]); });
}

std::string times(std::size_t count) {
  return counted(count, "time", "times");
}

std::string counted(std::size_t count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

std::string duration(std::chrono::milliseconds time) {
  using namespace std::chrono;
  const auto seconds = static_cast<std::size_t>(std::max<std::int64_t>(0, time.count() / 1000));
  constexpr std::size_t kMinute = 60, kHour = 60 * kMinute, kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return counted(seconds, "second", "seconds");
  if (seconds < 2 * kHour) return counted(seconds / kMinute, "minute", "minutes");
  if (seconds < 2 * kDay) return counted(seconds / kHour, "hour", "hours");
  return counted(seconds / kDay, "day", "days");
}

}  // namespace wasession::judge
