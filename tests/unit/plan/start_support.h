/// What `wasession run` is to do before it becomes the command, as one line for each part.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "plan/start.h"
#include "unit/judge/snapshot_builder.h"

namespace wasession::test {

inline plan::StartRequest for_sessions(std::vector<std::size_t> sessions, bool per_device = false) {
  plan::StartRequest request;
  request.sessions = std::move(sessions);
  request.per_device = per_device;
  return request;
}

inline plan::StartRequest for_account(const std::string& account) {
  plan::StartRequest request;
  request.account = account;
  return request;
}

inline plan::StartRequest for_command(std::vector<std::string> command) {
  plan::StartRequest request;
  request.command = std::move(command);
  return request;
}

/// `wacli/default, openclaw/default`.
inline std::string ids(const Snapshot& snapshot, const std::vector<std::size_t>& sessions) {
  std::string text;
  for (const std::size_t i : sessions) text += (text.empty() ? "" : ", ") + snapshot.sessions[i].id;
  return text;
}

/// `15550001111, 15550001111 aabbccddeeff`: accounts, and devices of one.
inline std::string claims(const Start& start) {
  std::string text;
  for (const Claim& claim : start.claims) {
    text += (text.empty() ? "" : ", ") + claim.account;
    if (!claim.device.empty()) text += " " + claim.device;
  }
  return text;
}

/// `22 this credential, 33 another device`, by pid.
inline std::string rivals(const Snapshot& snapshot, const Start& start) {
  std::string text;
  for (const Rival& rival : start.rivals) {
    text += text.empty() ? "" : ", ";
    text += std::to_string(snapshot.processes[rival.process].identity.pid);
    text += rival.same_credential ? " this credential" : " another device";
  }
  return text;
}

/// The paths of the locks that are to be taken.
inline std::string locks(const Start& start) {
  std::string text;
  for (const RivalLock& lock : start.locks) text += (text.empty() ? "" : ", ") + lock.path;
  return text;
}

}  // namespace wasession::test
