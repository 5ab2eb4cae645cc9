/// What `wasession serve` tells Prometheus, in its text format.
///
/// Labels hold words of closed sets only, never a number, an id, a path or a name of the machine:
/// there are as many series on a machine with ten thousand sessions as on an empty one.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/snapshot.h"

namespace wasession::report {

inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// Upper bounds of the buckets of wasession_scan_duration_seconds.
inline constexpr std::array<double, 10> kScanBuckets = {0.01, 0.025, 0.05, 0.1, 0.25,
                                                        0.5,  1,     2.5,  10,  30};

/// What the serving process counted since it started.
class Measures {
 public:
  void scanned(std::chrono::duration<double> time);
  void failed_to_scan(std::chrono::duration<double> time);
  void answered(int status) { ++answers_by_status_[status]; }

  std::uint64_t scans() const { return scans_; }
  std::uint64_t failures() const { return failures_; }
  double seconds() const { return seconds_; }
  /// How many scans took no longer than kScanBuckets[bucket].
  std::uint64_t within(std::size_t bucket) const { return within_.at(bucket); }
  const std::map<int, std::uint64_t>& answers_by_status() const { return answers_by_status_; }

  std::uint64_t connections_dropped = 0;  ///< idle ones, to make room for others
  std::size_t connections = 0;            ///< open now

 private:
  void took(std::chrono::duration<double> time);

  std::uint64_t scans_ = 0;
  std::uint64_t failures_ = 0;
  double seconds_ = 0;
  std::array<std::uint64_t, kScanBuckets.size()> within_{};
  /// A counter that is absent until it is 1 has no rate at the moment that matters.
  std::map<int, std::uint64_t> answers_by_status_ = {
      {200, 0}, {400, 0}, {401, 0}, {403, 0}, {404, 0}, {405, 0}, {413, 0}, {431, 0}, {503, 0}};
};

/// Of one Snapshot: the same text for everybody who asks. `codes` are those of all rules, so that a
/// finding that is not there is a 0, which an alert can be built on, and not a gap.
std::string machine_metrics(const Snapshot& snapshot, std::span<const Finding> findings,
                            std::span<const std::string_view> codes);

/// Of the serving process. `age` is that of the Snapshot, absent as long as there is none.
std::string own_metrics(const Measures& measures, std::string_view version,
                        std::optional<std::chrono::duration<double>> age);

}  // namespace wasession::report
