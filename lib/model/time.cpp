#include "model/time.h"

#include <algorithm>

#include <fmt/format.h>

namespace wasession {

std::string rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  std::string text = fmt::format_int(static_cast<int>(date.year())).str();
  text.insert(0, 4 - std::min<std::size_t>(4, text.size()), '0');
  // Digit by digit: two times a session are a twentieth of `list --json` with a format string.
  const auto append = [&text](char separator, auto number) {
    text += separator;
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
  };
  append('-', static_cast<unsigned>(date.month()));
  append('-', static_cast<unsigned>(date.day()));
  append('T', clock.hours().count());
  append(':', clock.minutes().count());
  append(':', clock.seconds().count());
  return text + "Z";
}

std::string ago(Time time, Time now) {
  const std::string words = age_words(time, now);
  if (words == "now") return "just now";
  return words.starts_with("in ") ? words : words + " ago";
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
