#include "report/metrics.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/doctor.h"

namespace wasession::report {
namespace {

constexpr std::array kTools = {Tool::openclaw, Tool::wacli, Tool::baileys, Tool::whatsmeow};
constexpr std::array kStates = {State::linked, State::pairing, State::unpaired, State::logged_out,
                                State::corrupt};
constexpr std::array kActivities = {Activity::live, Activity::idle, Activity::stale};
constexpr std::array kStrengths = {Strength::certain, Strength::likely, Strength::possible};
constexpr std::array kSeverities = {Severity::error, Severity::warning, Severity::info};

/// Baileys' DisconnectReason and the codes that WhatsApp closes streams with (baileys.md section
/// 7). A log may hold any other number: those are one series together.
constexpr std::array kStatuses = {401, 402, 403, 405, 406, 408, 409,
                                  411, 428, 440, 500, 501, 503, 515};

/// The lines of one metric: its help and type, then its samples.
class Metric {
 public:
  Metric(std::string& out, std::string_view name, std::string_view type, std::string_view help)
      : out_(out), name_(name) {
    fmt::format_to(std::back_inserter(out_), "# HELP {} {}\n# TYPE {} {}\n", name, help, name,
                   type);
  }

  /// `labels` as they stand between the braces: words of ours, which need no escaping.
  template <typename Number>
  void sample(std::string_view labels, Number value) {
    if (labels.empty()) {
      fmt::format_to(std::back_inserter(out_), "{} {}\n", name_, value);
    } else {
      fmt::format_to(std::back_inserter(out_), "{}{{{}}} {}\n", name_, labels, value);
    }
  }

 private:
  std::string& out_;
  std::string_view name_;
};

template <typename Number>
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            Number value) {
  Metric(out, name, type, help).sample("", value);
}

/// How many elements of `all` have each combination of words; combinations that none has are 0.
using Counts = std::map<std::string, std::size_t>;

void write(Metric metric, const Counts& counts) {
  for (const auto& [labels, count] : counts) metric.sample(labels, count);
}

std::string session_labels(Tool tool, State state, Activity activity) {
  return fmt::format(R"(tool="{}",state="{}",activity="{}")", to_string(tool), to_string(state),
                     to_string(activity));
}

void write_sessions(std::string& out, const Snapshot& snapshot) {
  Counts counts;
  for (const Tool tool : kTools) {
    for (const State state : kStates) {
      for (const Activity activity : kActivities) counts[session_labels(tool, state, activity)] = 0;
    }
  }
  for (const Session& session : snapshot.sessions) {
    ++counts[session_labels(session.store.tool, session.credential.state, session.activity)];
  }
  write({out, "wasession_sessions", "gauge", "Credentials on this machine, one for each store."},
        counts);
}

std::string strength_label(Strength strength) {
  return fmt::format("confidence=\"{}\"", to_string(strength));
}

void write_holders(std::string& out, const Snapshot& snapshot) {
  Counts counts;
  for (const Strength strength : kStrengths) counts[strength_label(strength)] = 0;
  for (const Session& session : snapshot.sessions) {
    for (const Holder& holder : session.holders) ++counts[strength_label(holder.confidence)];
  }
  write({out, "wasession_holders", "gauge",
         "Processes that use a session, once for each session they use."},
        counts);
}

std::string finding_labels(std::string_view code, Severity severity) {
  return fmt::format(R"(code="{}",severity="{}")", code, to_string(severity));
}

void write_findings(std::string& out, std::span<const Finding> findings,
                    std::span<const std::string_view> codes) {
  Counts counts;
  for (const std::string_view code : codes) {
    for (const Severity severity : kSeverities) counts[finding_labels(code, severity)] = 0;
  }
  for (const Finding& finding : findings) ++counts[finding_labels(finding.code, finding.severity)];
  write({out, "wasession_findings", "gauge", "What wasession doctor finds."}, counts);
}

std::string status_label(int status) {
  if (status == 0) return "status=\"unknown\"";
  const bool known = std::ranges::find(kStatuses, status) != kStatuses.end();
  return known ? fmt::format("status=\"{}\"", status) : "status=\"other\"";
}

void write_incidents(std::string& out, const Snapshot& snapshot) {
  Counts counts = {{status_label(0), 0}, {status_label(-1), 0}};
  for (const int status : kStatuses) counts[status_label(status)] = 0;
  for (const Incident& incident : snapshot.incidents) {
    if (incident.kind == IncidentKind::disconnected) ++counts[status_label(incident.status)];
  }
  write({out, "wasession_incidents", "gauge",
         "Disconnects in the logs, as far back as wasession serve --since counts."},
        counts);
}

void write_scans(std::string& out, const Measures& measures) {
  constexpr std::string_view kName = "wasession_scan_duration_seconds";
  fmt::format_to(std::back_inserter(out),
                 "# HELP {} How long looks at the machine took, failed ones too.\n"
                 "# TYPE {} histogram\n",
                 kName, kName);
  for (std::size_t i = 0; i < kScanBuckets.size(); ++i) {
    fmt::format_to(std::back_inserter(out), "{}_bucket{{le=\"{}\"}} {}\n", kName, kScanBuckets[i],
                   measures.within(i));
  }
  fmt::format_to(std::back_inserter(out), "{}_bucket{{le=\"+Inf\"}} {}\n{}_sum {}\n{}_count {}\n",
                 kName, measures.scans(), kName, measures.seconds(), kName, measures.scans());
  single(out, "wasession_scans_total", "counter", "Looks at the machine, failed ones too.",
         measures.scans());
  single(out, "wasession_scan_failures_total", "counter", "Looks at the machine that failed.",
         measures.failures());
}

}  // namespace

void Measures::took(std::chrono::duration<double> time) {
  ++scans_;
  seconds_ += time.count();
  for (std::size_t i = 0; i < kScanBuckets.size(); ++i) {
    if (time.count() <= kScanBuckets[i]) ++within_[i];
  }
}

void Measures::scanned(std::chrono::duration<double> time) {
  took(time);
}

void Measures::failed_to_scan(std::chrono::duration<double> time) {
  took(time);
  ++failures_;
}

std::string machine_metrics(const Snapshot& snapshot, std::span<const Finding> findings,
                            std::span<const std::string_view> codes) {
  std::string out;
  single(out, "wasession_healthy", "gauge",
         "1 when wasession doctor finds no error, else 0; warnings are no errors.",
         verdict_of(findings) == "errors" ? 0 : 1);
  write_sessions(out, snapshot);
  write_holders(out, snapshot);
  write_findings(out, findings, codes);
  write_incidents(out, snapshot);
  single(out, "wasession_unattributed_processes", "gauge",
         "Processes connected to WhatsApp's networks that nothing ties to a session.",
         snapshot.strangers.size());
  single(out, "wasession_unreadable_processes", "gauge",
         "Processes that could not be looked into; as root there are none.",
         snapshot.processes_unreadable);
  single(out, "wasession_warnings", "gauge",
         "What could not be looked at, so that the answers may be incomplete.",
         snapshot.warnings.size());
  const std::chrono::duration<double> taken_at = snapshot.taken_at.time_since_epoch();
  single(out, "wasession_observation_timestamp_seconds", "gauge",
         "When the machine was looked at, in seconds since 1970.",
         fmt::format("{:.3f}", taken_at.count()));
  return out;
}

std::string own_metrics(const Measures& measures, std::string_view version,
                        std::optional<std::chrono::duration<double>> age) {
  std::string out;
  Metric(out, "wasession_build_info", "gauge", "Always 1; the version is in the label.")
      .sample(fmt::format("version=\"{}\"", version), 1);
  if (age) {
    single(out, "wasession_observation_age_seconds", "gauge",
           "How long ago the machine was looked at for this answer.",
           fmt::format("{:.3f}", age->count()));
  }
  write_scans(out, measures);
  Metric answers(out, "wasession_http_responses_total", "counter",
                 "Answered requests, by status code.");
  for (const auto& [status, count] : measures.answers_by_status()) {
    answers.sample(fmt::format("code=\"{}\"", status), count);
  }
  single(out, "wasession_http_connections", "gauge", "Open connections.", measures.connections);
  single(out, "wasession_http_connections_dropped_total", "counter",
         "Connections closed without a request, to make room for others.",
         measures.connections_dropped);
  return out;
}

}  // namespace wasession::report
