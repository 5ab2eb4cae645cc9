#include "model/time.h"

#include <fmt/format.h>

namespace wasession {

std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string age_words(Time time, Time now) {
  const bool ahead = time > now;
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(ahead ? time - now : now - time).count();
  std::string words;
  if (seconds < 1) return "now";
  if (seconds < 60) {
    words = fmt::format("{}s", seconds);
  } else if (seconds < 60 * 60) {
    words = fmt::format("{}m", seconds / 60);
  } else if (seconds < 48 * 60 * 60) {
    words = fmt::format("{}h", seconds / (60 * 60));
  } else {
    words = fmt::format("{}d", seconds / (24 * 60 * 60));
  }
  return ahead ? "in " + words : words;
}

}  // namespace wasession
