#include "observe/logs/log_time.h"

#include <charconv>
#include <cstdint>
#include <ctime>

namespace wasession::observe::logs {
namespace {

using std::chrono::milliseconds;

/// Takes exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

/// `HH:MM:SS` with or without a fraction, since midnight.
std::optional<milliseconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  int thousandths = 0;
  if (text.starts_with('.') || text.starts_with(',')) {
    text.remove_prefix(1);
    int unit = 100;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      thousandths += unit * (text.front() - '0');
      unit /= 10;
      text.remove_prefix(1);
    }
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         milliseconds(thousandths);
}

/// `Z`, `+00:00` or `+0000`: how far local time is ahead.
std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take(text, 'Z')) return std::chrono::minutes(0);
  const bool behind = text.starts_with('-');
  if (!behind && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2);
  take(text, ':');
  const auto minutes = take_number(text, 2);
  if (!hours || !minutes) return std::nullopt;
  const auto ahead = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return behind ? -ahead : ahead;
}

bool plausible(Time time) {
  constexpr Time kLatest{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};
  return time >= Time{} && time < kLatest;
}

}  // namespace

std::optional<Time> parse_iso_time(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !(take(text, 'T') || take(text, ' '))) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  const Time time = Time(std::chrono::sys_days{date}) + *clock - *zone;
  if (!plausible(time)) return std::nullopt;
  return time;
}

std::optional<Time> parse_clock_time(std::string_view text, Time newest) {
  const auto clock = take_clock(text);
  if (!clock || !text.empty()) return std::nullopt;
  const std::time_t moment = std::chrono::system_clock::to_time_t(newest);
  std::tm local{};
  if (::localtime_r(&moment, &local) == nullptr) return std::nullopt;
  for (int days_back = 0; days_back < 2; ++days_back) {
    std::tm day = local;
    day.tm_mday -= days_back;
    day.tm_hour = 0;
    day.tm_min = 0;
    day.tm_sec = static_cast<int>(clock->count() / 1000);
    day.tm_isdst = -1;
    const Time time =
        Time(std::chrono::seconds(std::mktime(&day))) + milliseconds(clock->count() % 1000);
    if (time <= newest + std::chrono::seconds(1) && plausible(time)) return time;
  }
  return std::nullopt;
}

std::optional<Time> time_of_milliseconds(std::int64_t milliseconds_since_1970) {
  if (milliseconds_since_1970 < 0) return std::nullopt;
  constexpr std::int64_t kLatest = 7'258'118'400'000;  // 2200
  if (milliseconds_since_1970 >= kLatest) return std::nullopt;
  return Time(milliseconds(milliseconds_since_1970));
}

}  // namespace wasession::observe::logs
