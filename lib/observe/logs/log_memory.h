/// What earlier runs read of the logs, so that this one reads only what is new. A registry that is
/// missing or fails costs a warning and a second reading, never the answer.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "observe/logs/log_reader.h"
#include "registry/registry.h"

namespace wasession::observe::logs {

class LogMemory {
 public:
  /// `registry` may be null. Warnings go into `snapshot`, whose `taken_at` is now.
  LogMemory(registry::Registry* registry, Snapshot& snapshot);

  /// Where to go on in a log, and what is known of it.
  struct Recalled {
    LogPosition from;
    std::vector<Incident> incidents;  ///< oldest first
    bool replaced = false;            ///< another file was read by this identity, or more of it
  };
  Recalled recall(const OpenedLog& log, Time since);

  /// To be remembered at the next save().
  void note(const OpenedLog& log, const std::string& path, bool usual, const Recalled& recalled,
            const LogReading& reading);
  void save();

  /// Incidents of logs in usual places that are not among those `present`.
  std::vector<Incident> of_gone_logs(std::span<const FileIdentity> present, Time since);

 private:
  template <typename Ask>
  void ask(const Ask& question);

  registry::Registry* registry_;
  Snapshot& snapshot_;
  std::vector<registry::LogNews> news_;
};

}  // namespace wasession::observe::logs
