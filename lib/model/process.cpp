#include "model/process.h"

#include <algorithm>

namespace wasession {

std::size_t established(const std::vector<Connection>& connections) {
  return static_cast<std::size_t>(
      std::count_if(connections.begin(), connections.end(),
                    [](const Connection& connection) { return connection.state == kEstablished; }));
}

std::string_view to_string(SupervisorKind kind) {
  switch (kind) {
    case SupervisorKind::systemd:
      return "systemd";
    case SupervisorKind::systemd_user:
      return "systemd-user";
    case SupervisorKind::pm2:
      return "pm2";
    case SupervisorKind::docker:
      return "docker";
    case SupervisorKind::podman:
      return "podman";
    case SupervisorKind::kubernetes:
      return "kubernetes";
    case SupervisorKind::launchd:
      return "launchd";
    case SupervisorKind::shell:
      return "shell";
  }
  return "";
}

std::string_view to_string(Strength strength) {
  switch (strength) {
    case Strength::possible:
      return "possible";
    case Strength::likely:
      return "likely";
    case Strength::certain:
      return "certain";
  }
  return "";
}

std::string_view to_string(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::wacli_lock:
      return "wacli-lock";
    case EvidenceKind::openclaw_lock:
      return "openclaw-lock";
    case EvidenceKind::lease:
      return "lease";
    case EvidenceKind::open_file:
      return "open-file";
    case EvidenceKind::memory:
      return "memory";
    case EvidenceKind::write_seen:
      return "write-seen";
    case EvidenceKind::gateway_lock:
      return "gateway-lock";
    case EvidenceKind::command_line:
      return "command-line";
    case EvidenceKind::environment:
      return "environment";
    case EvidenceKind::working_directory:
      return "working-directory";
  }
  return "";
}

}  // namespace wasession
