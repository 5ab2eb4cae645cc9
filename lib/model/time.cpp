#include "model/time.h"

#include <algorithm>
#include <charconv>

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

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::chrono::milliseconds> parse_age(std::string_view text) {
  using namespace std::chrono;
  if (text.empty()) return std::nullopt;
  const auto number = whole_number(text.substr(0, text.size() - 1));
  constexpr std::int64_t kMost = 1'000'000;
  if (!number || *number > kMost) return std::nullopt;
  switch (text.back()) {
    case 's':
      return seconds(*number);
    case 'm':
      return minutes(*number);
    case 'h':
      return hours(*number);
    case 'd':
      return hours(24 * *number);
    default:
      return std::nullopt;
  }
}

/// `+01:00` as what is to be subtracted.
std::optional<std::chrono::minutes> parse_zone(std::string_view text) {
  if (text.empty() || text == "Z") return std::chrono::minutes(0);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = whole_number(text.substr(1, 2));
  const auto minutes = whole_number(text.substr(4, 2));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset(*hours * 60 + *minutes);
  return text[0] == '+' ? offset : -offset;
}

}  // namespace

std::optional<Time> parse_moment(std::string_view text, Time now) {
  using namespace std::chrono;
  if (const auto age = parse_age(text)) return now - *age;
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    return at + length <= text.size() ? whole_number(text.substr(at, length)) : std::nullopt;
  };
  const auto year_number = number(0, 4), month_number = number(5, 2), day_number = number(8, 2);
  if (!year_number || !month_number || !day_number) return std::nullopt;
  const year_month_day date{year(static_cast<int>(*year_number)),
                            month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number))};
  if (!date.ok()) return std::nullopt;
  Time time = sys_days(date);
  if (text.size() == 10) return time;
  if ((text[10] != 'T' && text[10] != ' ') || text.size() < 16 || text[13] != ':') {
    return std::nullopt;
  }
  const auto hour_number = number(11, 2), minute_number = number(14, 2);
  if (!hour_number || !minute_number || *hour_number > 23 || *minute_number > 59) {
    return std::nullopt;
  }
  time += hours(*hour_number) + minutes(*minute_number);
  std::string_view rest = text.substr(16);
  if (rest.starts_with(':')) {
    const auto second_number = number(17, 2);
    if (!second_number || *second_number > 60) return std::nullopt;
    time += seconds(*second_number);
    rest.remove_prefix(3);
    if (rest.starts_with('.')) {
      // JavaScript writes milliseconds; finer than a second is not asked for.
      const std::size_t end = rest.find_first_not_of("0123456789", 1);
      if (end == 1 || rest.size() == 1) return std::nullopt;
      rest.remove_prefix(std::min(end, rest.size()));
    }
  }
  const auto zone = parse_zone(rest);
  return zone ? std::optional(time - *zone) : std::nullopt;
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
