/// Snapshots built by hand, as observe would have returned them.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "judge/judge.h"
#include "model/snapshot.h"

namespace wasession::test {

inline constexpr Time kNow{std::chrono::seconds(1'795'000'000)};

inline Time ago(std::chrono::milliseconds age) {
  return kNow - age;
}

/// Every member changes the Snapshot and returns the position of what it added.
class SnapshotBuilder {
 public:
  SnapshotBuilder() { snapshot_.taken_at = kNow; }

  /// A linked session, used a minute ago. Equal keys are the same credential.
  std::size_t session(const std::string& id, std::uint32_t key, Tool tool = Tool::openclaw,
                      const std::string& phone = "15550001111") {
    Session session;
    session.id = id;
    session.name = id.substr(id.find('/') + 1);
    session.store.tool = tool;
    session.store.configured = true;
    const bool database = tool == Tool::wacli || tool == Tool::whatsmeow;
    session.store.kind = database ? StoreKind::whatsmeow_database : StoreKind::baileys_directory;
    session.store.path = "/srv/" + id + (database ? "/session.db" : "");
    session.store.identity = {7, snapshot_.sessions.size() + 1};
    session.credential.state = State::linked;
    session.credential.account.phone = phone;
    session.credential.fingerprint = Fingerprint{};
    for (std::size_t i = 0; i < 4; ++i) {
      session.credential.fingerprint->bytes[i] = static_cast<std::uint8_t>(key >> (8 * i));
    }
    session.credential.jid =
        Jid{phone, {}, static_cast<std::uint16_t>(key % 1000), "s.whatsapp.net"};
    session.credential.linked_at = ago(std::chrono::hours(2000));
    session.credential.last_used_at = ago(std::chrono::minutes(1));
    snapshot_.sessions.push_back(session);
    return snapshot_.sessions.size() - 1;
  }

  /// A process that has run for an hour, with as many established connections as told.
  std::size_t process(int pid, const std::string& command = "node bot.js",
                      std::size_t connections = 1) {
    Process process;
    process.identity = {pid, static_cast<std::uint64_t>(pid)};
    process.parent = 1;
    process.started_at = ago(std::chrono::hours(1));
    process.command = command;
    process.executable = "/usr/bin/node";
    process.connections.assign(connections, {"157.240.1.60:443", std::string(kEstablished)});
    snapshot_.processes.push_back(process);
    return snapshot_.processes.size() - 1;
  }

  void hold(std::size_t session, std::size_t process, Strength strength = Strength::likely,
            EvidenceKind kind = EvidenceKind::command_line) {
    Holder holder;
    holder.process = process;
    holder.confidence = strength;
    holder.evidence = {{kind, strength, "says so"}};
    snapshot_.sessions[session].holders.push_back(holder);
    if (strength != Strength::possible) snapshot_.sessions[session].activity = Activity::live;
  }

  /// A disconnect about which the log tells the phone and the device of the session.
  std::size_t incident(std::size_t session, int status, std::chrono::milliseconds age) {
    const CredentialReading& credential = snapshot_.sessions[session].credential;
    Incident told = untold(status, age);
    told.phone = *credential.account.phone;
    told.device = *credential.jid->device;
    return add(told);
  }

  /// A disconnect about which the log tells nothing.
  static Incident untold(int status, std::chrono::milliseconds age) {
    Incident incident;
    incident.at = ago(age);
    incident.status = status;
    incident.source = "/var/log/bot.log";
    return incident;
  }

  std::size_t add(Incident incident) {
    snapshot_.incidents.push_back(std::move(incident));
    return snapshot_.incidents.size() - 1;
  }

  Snapshot& raw() { return snapshot_; }
  Session& at(std::size_t session) { return snapshot_.sessions[session]; }
  Process& process_at(std::size_t process) { return snapshot_.processes[process]; }

  /// Fills in the groups.
  Snapshot build() const {
    Snapshot snapshot = snapshot_;
    std::map<Fingerprint, std::vector<std::size_t>> credentials;
    std::map<std::string, std::vector<std::size_t>> accounts;
    for (std::size_t i = 0; i < snapshot.sessions.size(); ++i) {
      const CredentialReading& credential = snapshot.sessions[i].credential;
      if (credential.fingerprint) credentials[*credential.fingerprint].push_back(i);
      if (credential.account.phone) accounts[*credential.account.phone].push_back(i);
    }
    for (const auto& [fingerprint, group] : credentials) {
      if (group.size() < 2) continue;
      for (const std::size_t i : group) {
        snapshot.sessions[i].credential_group = snapshot.credential_groups.size();
      }
      snapshot.credential_groups.push_back(group);
    }
    for (const auto& [phone, group] : accounts) {
      if (group.size() < 2) continue;
      for (const std::size_t i : group) {
        snapshot.sessions[i].account_group = snapshot.account_groups.size();
      }
      snapshot.account_groups.push_back(group);
    }
    snapshot.processes_seen = std::max(snapshot.processes_seen, snapshot.processes.size());
    return snapshot;
  }

 private:
  Snapshot snapshot_;
};

inline std::vector<Finding> judged(const SnapshotBuilder& builder) {
  return judge::judge(builder.build());
}

/// `error copied-credential, info not-a-rival`: what was found, in its order.
inline std::string codes(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    if (!text.empty()) text += ", ";
    text += std::string(to_string(finding.severity)) + " " + std::string(finding.code);
  }
  return text;
}

inline std::string codes(const SnapshotBuilder& builder) {
  return codes(judged(builder));
}

/// The remedy, a line each.
inline std::string remedy(const Finding& finding) {
  std::string text;
  for (const std::string& line : finding.remedy) text += line + "\n";
  return text;
}

}  // namespace wasession::test
