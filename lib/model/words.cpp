#include "model/finding.h"
#include "model/incident.h"
#include "model/plan.h"

namespace wasession {

std::string_view to_string(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::disconnected:
      return "disconnected";
    case IncidentKind::gave_up:
      return "gave-up";
    case IncidentKind::lock_refused:
      return "lock-refused";
    case IncidentKind::credential_missing:
      return "credential-missing";
    case IncidentKind::connected:
      return "connected";
  }
  return "";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

std::string_view to_string(StepKind kind) {
  switch (kind) {
    case StepKind::remove_stale_lock:
      return "remove-stale-lock";
    case StepKind::restrict_permissions:
      return "restrict-permissions";
    case StepKind::set_registry_aside:
      return "set-registry-aside";
    case StepKind::take_lock:
      return "take-lock";
    case StepKind::stop_channel:
      return "stop-channel";
    case StepKind::stop_unit:
      return "stop-unit";
    case StepKind::end_process:
      return "end-process";
    case StepKind::watch_for_return:
      return "watch-for-return";
    case StepKind::quarantine:
      return "quarantine";
    case StepKind::erase:
      return "erase";
    case StepKind::restore:
      return "restore";
  }
  return "";
}

std::string_view to_string(Result result) {
  switch (result) {
    case Result::done:
      return "done";
    case Result::skipped:
      return "skipped";
    case Result::failed:
      return "failed";
  }
  return "";
}

}  // namespace wasession
