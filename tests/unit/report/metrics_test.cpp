#include "report/metrics.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "unit/judge/snapshot_builder.h"

using namespace wasession;
using namespace wasession::test;

namespace {

constexpr std::array<std::string_view, 2> kCodes = {"copied-credential", "cannot-see"};

std::string metrics(const SnapshotBuilder& builder) {
  return report::machine_metrics(builder.build(), judged(builder), kCodes);
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

std::set<std::string> series_of(const std::string& text) {
  std::set<std::string> series;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) series.insert(line.substr(0, line.rfind(' ')));
  }
  return series;
}

SnapshotBuilder fight() {
  SnapshotBuilder builder;
  const auto one = builder.session("openclaw/one", 7);
  const auto two = builder.session("openclaw/two", 7);
  builder.hold(one, builder.process(4711), Strength::certain);
  builder.hold(two, builder.process(4712), Strength::likely);
  builder.incident(one, 440, std::chrono::minutes(1));
  builder.incident(one, 440, std::chrono::minutes(2));
  return builder;
}

}  // namespace

TEST_CASE("metrics count sessions, holders, findings and incidents by their words") {
  const std::string text = metrics(fight());
  CHECK(has_line(text, "wasession_healthy 0"));
  CHECK(
      has_line(text, "wasession_sessions{tool=\"openclaw\",state=\"linked\",activity=\"live\"} 2"));
  CHECK(has_line(text, "wasession_holders{confidence=\"certain\"} 1"));
  CHECK(has_line(text, "wasession_holders{confidence=\"likely\"} 1"));
  CHECK(has_line(text, "wasession_findings{code=\"copied-credential\",severity=\"error\"} 1"));
  CHECK(has_line(text, "wasession_incidents{status=\"440\"} 2"));
}

TEST_CASE("what is not there is a 0 and not a gap, so that an alert sees it come and go") {
  const std::string text = metrics(SnapshotBuilder());
  CHECK(has_line(text, "wasession_healthy 1"));
  CHECK(has_line(text, "wasession_findings{code=\"copied-credential\",severity=\"error\"} 0"));
  CHECK(has_line(text, "wasession_incidents{status=\"440\"} 0"));
  CHECK(has_line(text,
                 "wasession_sessions{tool=\"wacli\",state=\"logged-out\",activity=\"stale\"} 0"));
}

TEST_CASE("a machine has no more series than an empty one, whatever logs and names hold") {
  SnapshotBuilder builder;
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto session = builder.session("openclaw/bot-" + std::to_string(i), i, Tool::openclaw,
                                         std::to_string(15550000000 + i));
    builder.incident(session, 300 + static_cast<int>(i) * 10, std::chrono::minutes(1));
    builder.hold(session, builder.process(1000 + static_cast<int>(i)));
  }
  const std::string text = metrics(builder);
  std::set<std::string> codes(kCodes.begin(), kCodes.end());
  std::set<std::string> more;
  const auto ours = series_of(metrics(SnapshotBuilder()));
  for (const std::string& series : series_of(text)) {
    // Rules that the caller did not tell of are the one exception.
    if (!ours.contains(series) && !series.starts_with("wasession_findings{")) more.insert(series);
  }
  CHECK_MESSAGE(more.empty(), *more.begin());
  CHECK_MESSAGE(text.find("1555") == std::string::npos, "a phone number is in the metrics");
  CHECK_MESSAGE(text.find("bot-") == std::string::npos, "an id is in the metrics");
  CHECK(has_line(text, "wasession_incidents{status=\"other\"} 48"));
}

TEST_CASE("the histogram of scans is cumulative and ends in the count") {
  report::Measures measures;
  measures.scanned(std::chrono::milliseconds(20));
  measures.scanned(std::chrono::milliseconds(300));
  measures.failed_to_scan(std::chrono::seconds(40));
  const std::string text = report::own_metrics(measures, "0.1.0", std::chrono::milliseconds(1500));
  CHECK(has_line(text, "wasession_scan_duration_seconds_bucket{le=\"0.01\"} 0"));
  CHECK(has_line(text, "wasession_scan_duration_seconds_bucket{le=\"0.025\"} 1"));
  CHECK(has_line(text, "wasession_scan_duration_seconds_bucket{le=\"0.5\"} 2"));
  CHECK(has_line(text, "wasession_scan_duration_seconds_bucket{le=\"30\"} 2"));
  CHECK(has_line(text, "wasession_scan_duration_seconds_bucket{le=\"+Inf\"} 3"));
  CHECK(has_line(text, "wasession_scan_duration_seconds_count 3"));
  CHECK(has_line(text, "wasession_scans_total 3"));
  CHECK(has_line(text, "wasession_scan_failures_total 1"));
  CHECK(has_line(text, "wasession_build_info{version=\"0.1.0\"} 1"));
  CHECK(has_line(text, "wasession_observation_age_seconds 1.500"));
}

TEST_CASE("before the first answer the counters of answers are 0, not absent") {
  const std::string text = report::own_metrics({}, "0.1.0", std::nullopt);
  CHECK(has_line(text, "wasession_http_responses_total{code=\"200\"} 0"));
  CHECK(has_line(text, "wasession_http_responses_total{code=\"503\"} 0"));
}

TEST_CASE("without an observation there is no age, instead of one that looks fresh") {
  const std::string text = report::own_metrics({}, "0.1.0", std::nullopt);
  CHECK(text.find("observation_age") == std::string::npos);
}
