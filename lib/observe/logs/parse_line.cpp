#include <string>

#include "observe/logs/log_time.h"
#include "observe/logs/parsers.h"

namespace wasession::observe::logs {
namespace {

/// Colours are `ESC [ … m`.
std::string without_colours(std::string_view line) {
  std::string plain;
  plain.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && (line[i] == ';' || (line[i] >= '0' && line[i] <= '9'))) ++i;
      continue;
    }
    plain += line[i];
  }
  return plain;
}

/// What journalctl and syslog put before a line: `TIME HOST NAME[PID]: `.
struct Prefix {
  std::optional<Time> at;  ///< only of the forms with a date
  int pid = 0;
  std::size_t length = 0;
};

Prefix prefix_of(std::string_view line) {
  constexpr std::size_t kLongestPrefix = 256;
  constexpr std::string_view kEnd = "]: ";
  const auto end = line.substr(0, kLongestPrefix).find(kEnd);
  if (end == std::string_view::npos || line.starts_with('{')) return {};
  const auto open = line.rfind('[', end);
  const std::string_view digits =
      open == std::string_view::npos ? std::string_view() : line.substr(open + 1, end - open - 1);
  if (digits.empty() || digits.size() > 7 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return {};
  }
  Prefix prefix;
  prefix.pid = std::stoi(std::string(digits));
  prefix.length = end + kEnd.size();
  prefix.at = parse_iso_time(line.substr(0, line.find(' ')));
  return prefix;
}

std::optional<Sighting> parse_json(std::string_view line) {
  const auto record = JsonObject::read(line);
  if (!record) return std::nullopt;
  if (record->has("0")) return parse_openclaw_record(*record);
  for (const auto parse : {parse_openclaw_record, parse_wacli_event, parse_pino_record,
                           parse_bot_record, parse_whatsmeow_record}) {
    if (auto sighting = parse(*record)) return sighting;
  }
  return std::nullopt;
}

std::optional<Sighting> parse_text(std::string_view line, const LineContext& context) {
  if (auto sighting = parse_openclaw_console(line, context)) return sighting;
  if (auto sighting = parse_whatsmeow_line(line, context)) return sighting;
  if (auto sighting = parse_wacli_line(line)) return sighting;
  return parse_bot_line(line);
}

}  // namespace

int leading_status(std::string_view text) {
  int status = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    if (++digits > 3) return 0;
    status = status * 10 + (text[digits - 1] - '0');
  }
  return status;
}

std::optional<Sighting> parse_line(std::string_view line, const LineContext& context) {
  const std::string plain = without_colours(line);
  const Prefix prefix = prefix_of(plain);
  const std::string_view body = std::string_view(plain).substr(prefix.length);
  auto sighting = body.starts_with('{') ? parse_json(body) : parse_text(body, context);
  if (!sighting) return std::nullopt;
  if (!sighting->at) sighting->at = prefix.at;
  if (sighting->pid == 0) sighting->pid = prefix.pid;
  return sighting;
}

}  // namespace wasession::observe::logs
