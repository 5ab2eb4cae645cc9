#include <algorithm>
#include <string>

#include "observe/logs/log_time.h"
#include "observe/logs/openclaw_words.h"
#include "observe/logs/parsers.h"

namespace wasession::observe::logs {
namespace {

using namespace openclaw;

constexpr std::size_t kLongestAccount = 64;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// `+15557654321)`: the digits.
std::string phone_at(std::string_view text) {
  constexpr std::size_t kLongestPhone = 15;  // E.164
  if (!text.starts_with('+')) return {};
  text.remove_prefix(1);
  const auto end = text.find(')');
  if (end > kLongestPhone) return {};  // also when there is none
  text = text.substr(0, end);
  if (!std::all_of(text.begin(), text.end(), is_digit)) return {};
  return std::string(text);
}

/// The number behind the first `"statusCode":`.
int status_code_in(std::string_view text) {
  constexpr std::string_view kKey = R"("statusCode":)";
  const auto found = text.find(kKey);
  return found == std::string_view::npos ? 0 : leading_status(text.substr(found + kKey.size()));
}

std::optional<Sighting> parse_account_message(std::string_view account, std::string_view message) {
  Sighting sighting;
  sighting.account = account;
  if (message.starts_with(kStarting)) {
    sighting.sight = Sight::starting;
    sighting.phone = phone_at(message.substr(kStarting.size()));
    return sighting;
  }
  if (message.starts_with(kNotRestarted)) {
    sighting.sight = Sight::not_restarted;
    return sighting;
  }
  if (!message.starts_with(kExited)) return std::nullopt;
  const std::string_view detail = message.substr(kExited.size());
  sighting.voice = Voice::exiting;
  if (detail.starts_with(kLockRefused)) {
    sighting.sight = Sight::lock_refused;
    return sighting;
  }
  sighting.status = status_code_in(detail);
  if (sighting.status == 0) return std::nullopt;
  return sighting;
}

std::optional<Sighting> parse_module_record(const JsonObject& record, std::string_view module) {
  const auto message = record.text("2");
  const auto data = record.object("1");
  if (!message || !data) return std::nullopt;
  Sighting sighting;
  if (module == kHeartbeatModule) {
    if (*message != kHeartbeat || !data->is_null("authAgeMs")) return std::nullopt;
    sighting.sight = Sight::credential_missing;
    return sighting;
  }
  const auto known = std::find_if(kModuleMessages.begin(), kModuleMessages.end(),
                                  [&](const ModuleMessage& m) { return m.text == *message; });
  if (module != kReconnectModule || known == kModuleMessages.end()) return std::nullopt;
  const auto status = data->integer("status").value_or(0);
  sighting.status = status > 0 && status < 1000 ? static_cast<int>(status) : 0;
  sighting.voice = known->voice;
  sighting.gave_up = known->gave_up;
  sighting.yielded = known->yielded && sighting.status == 440;
  return sighting;
}

bool is_ours(std::string_view subsystem) {
  return std::find(kSubsystems.begin(), kSubsystems.end(), subsystem) != kSubsystems.end();
}

/// `0` is a JSON text in a JSON string; anything else there is captured output of a command.
std::optional<Sighting> parse_file_record(const JsonObject& record) {
  const auto origin_text = record.text("0");
  if (!origin_text) return std::nullopt;
  const auto origin = JsonObject::read(*origin_text);
  if (!origin) return std::nullopt;
  std::optional<Sighting> sighting;
  if (const auto module = origin->text("module")) {
    sighting = parse_module_record(record, *module);
  } else if (is_ours(origin->text("subsystem").value_or(""))) {
    sighting = parse_openclaw_message(record.text("1").value_or(""));
  }
  if (sighting) sighting->run = origin->text("runId").value_or("").substr(0, kLongestAccount);
  return sighting;
}

}  // namespace

std::optional<Sighting> parse_openclaw_message(std::string_view message) {
  if (message.starts_with('[')) {
    const auto end = message.find("] ");
    if (end == std::string_view::npos || end < 2 || end > kLongestAccount) return std::nullopt;
    return parse_account_message(message.substr(1, end - 1), message.substr(end + 2));
  }
  if (message.starts_with(kMessagePrefix)) message.remove_prefix(kMessagePrefix.size());
  const auto known = std::find_if(kMessages.begin(), kMessages.end(),
                                  [&](const Message& m) { return message.starts_with(m.begins); });
  if (known == kMessages.end()) return std::nullopt;
  Sighting sighting;
  sighting.sight = known->sight;
  sighting.status = known->status;
  sighting.gave_up = known->gave_up;
  if (known->begins.ends_with(kStatus)) {
    const std::string_view rest = message.substr(known->begins.size());
    sighting.status = leading_status(rest);
    const auto end = rest.find_first_not_of("0123456789");
    sighting.yielded = sighting.status == 440 && end != std::string_view::npos &&
                       rest.substr(end).starts_with(kYielded);
    sighting.gave_up = std::any_of(kStops.begin(), kStops.end(),
                                   [&](std::string_view stop) { return contains(rest, stop); });
  }
  return sighting;
}

std::optional<Sighting> parse_openclaw_record(const JsonObject& record) {
  std::optional<Sighting> sighting;
  if (record.has("0")) {
    sighting = parse_file_record(record);
  } else if (is_ours(record.text("subsystem").value_or(""))) {
    sighting = parse_openclaw_message(record.text("message").value_or(""));
  }
  if (sighting) sighting->at = parse_iso_time(record.text("time").value_or(""));
  return sighting;
}

std::optional<Sighting> parse_openclaw_console(std::string_view line, const LineContext& context) {
  const auto tag = line.find(kConsoleTag);
  if (tag == std::string_view::npos || tag == 0 || line[tag - 1] != ' ') return std::nullopt;
  // What stands before the time is a supervisor's.
  std::string_view before = line.substr(0, tag - 1);
  const auto space = before.rfind(' ');
  const std::string_view time = space == std::string_view::npos ? before : before.substr(space + 1);
  auto at = parse_iso_time(time);
  if (!at) at = parse_clock_time(time, context.newest);
  if (!at) return std::nullopt;
  auto sighting = parse_openclaw_message(line.substr(tag + kConsoleTag.size()));
  if (sighting) sighting->at = at;
  return sighting;
}

}  // namespace wasession::observe::logs
