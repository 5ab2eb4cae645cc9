#include "observe/logs/log_memory.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace wasession::observe::logs {
namespace {

/// OpenClaw itself keeps a day; whoever asks later than this asks about something else.
constexpr std::chrono::days kKept{30};

/// FNV-1a of the first bytes before `position`: enough to tell a log from its successor, whose
/// first line has another time.
std::uint64_t beginning_of(const OpenedLog& log, std::uint64_t position) {
  std::array<char, 1024> bytes{};
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), position));
  const ssize_t count = ::pread(log.file.get(), bytes.data(), wanted, 0);
  std::uint64_t sum = 0xcbf29ce484222325;
  for (ssize_t i = 0; i < count; ++i) {
    sum = (sum ^ static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)])) * 0x100000001b3;
  }
  return sum;
}

}  // namespace

LogMemory::LogMemory(registry::Registry* registry, Snapshot& snapshot)
    : registry_(registry), snapshot_(snapshot) {}

/// The first failure is the last question.
template <typename Ask>
void LogMemory::ask(const Ask& question) {
  if (registry_ == nullptr) return;
  try {
    question(*registry_);
  } catch (const std::exception& failure) {
    registry_ = nullptr;
    snapshot_.warnings.push_back(
        {"", std::string("the session registry failed, so logs are read from their beginning: ") +
                 failure.what()});
  }
}

LogMemory::Recalled LogMemory::recall(const OpenedLog& log, Time since) {
  Recalled recalled;
  ask([&](registry::Registry& registry) {
    const auto known = registry.remembered_log(log.facts.identity);
    if (!known) return;
    recalled.replaced =
        known->position > log.facts.size || known->beginning != beginning_of(log, known->position);
    if (recalled.replaced) return;
    recalled.incidents = registry.remembered_incidents(log.facts.identity, since);
    recalled.from = {known->position, known->state};
  });
  return recalled;
}

void LogMemory::note(const OpenedLog& log, const std::string& path, bool usual,
                     const Recalled& recalled, const LogReading& reading) {
  if (registry_ == nullptr || !registry_->writable()) return;
  registry::LogNews news;
  news.log.identity = log.facts.identity;
  news.log.path = path;
  news.log.usual = usual;
  news.log.position = reading.next.offset;
  news.log.beginning = beginning_of(log, reading.next.offset);
  news.log.state = reading.next.state;
  news.log.read_at = snapshot_.taken_at;
  news.incidents = reading.settled;
  news.begun_anew = recalled.replaced;
  news_.push_back(std::move(news));
}

void LogMemory::save() {
  const auto news = std::exchange(news_, {});
  ask([&](registry::Registry& registry) {
    if (!registry.writable()) return;
    registry.remember_logs(news, snapshot_.taken_at - kKept);
  });
}

std::vector<Incident> LogMemory::of_gone_logs(std::span<const FileIdentity> present, Time since) {
  std::vector<Incident> incidents;
  ask([&](registry::Registry& registry) {
    incidents = registry.incidents_of_gone_logs(present, since);
  });
  return incidents;
}

}  // namespace wasession::observe::logs
