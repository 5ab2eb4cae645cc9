/// The lines of wacli and of whatsmeow's loggers.
#include <algorithm>
#include <array>
#include <string>

#include "model/incident.h"
#include "observe/logs/log_time.h"
#include "observe/logs/parsers.h"

namespace wasession::observe::logs {
namespace {

/// wacli 0.11.1 and later, on the terminal.
constexpr std::string_view kStreamReplaced = "Stream replaced.";
constexpr std::string_view kLoggedOutText = "Logged out of WhatsApp (";
/// Names of `--events`.
constexpr std::string_view kReplacedEvent = "stream_replaced";
constexpr std::string_view kLoggedOutEvent = "logged_out";

/// whatsmeow's messages, by how they begin. A status of 0 stands in the text, after `Got `.
struct Message {
  std::string_view begins;
  int status;
};
constexpr std::array kMessages = {
    Message{"Got replaced stream error, ", kReplaced},
    Message{"Got device removed stream error, ", kLoggedOut},
    Message{"Got 515 code, ", 515},
    Message{"Temporary ban connect failure", 402},
    Message{"Client outdated (405) connect failure", 405},
};
constexpr std::string_view kGot = "Got ";
constexpr std::array<std::string_view, 2> kNumbered = {" stream error, ", " connect failure, "};

Sighting closed_with(int status) {
  Sighting sighting;
  sighting.voice = Voice::text;
  sighting.status = status;
  return sighting;
}

}  // namespace

std::optional<Sighting> parse_wacli_line(std::string_view line) {
  if (line == kStreamReplaced) return closed_with(kReplaced);
  if (!line.starts_with(kLoggedOutText)) return std::nullopt;
  const int status = leading_status(line.substr(kLoggedOutText.size()));
  return closed_with(status != 0 ? status : kLoggedOut);
}

std::optional<Sighting> parse_wacli_event(const JsonObject& record) {
  const auto event = record.text("event");
  const auto at = record.integer("ts");
  if (!event || !at) return std::nullopt;
  std::optional<Sighting> sighting;
  if (*event == kReplacedEvent) sighting = closed_with(kReplaced);
  if (*event == kLoggedOutEvent) {
    const auto data = record.object("data");
    const auto code = data ? data->integer("reason_code").value_or(0) : 0;
    sighting = closed_with(code > 0 && code < 1000 ? static_cast<int>(code) : kLoggedOut);
  }
  if (!sighting) return std::nullopt;
  sighting->voice = Voice::client;
  sighting->at = time_of_milliseconds(*at);
  return sighting;
}

std::optional<Sighting> parse_whatsmeow_message(std::string_view message) {
  for (const Message& known : kMessages) {
    if (message.starts_with(known.begins)) return closed_with(known.status);
  }
  if (!message.starts_with(kGot)) return std::nullopt;
  const int status = leading_status(message.substr(kGot.size()));
  const bool numbered = std::any_of(
      kNumbered.begin(), kNumbered.end(),
      [&](std::string_view words) { return message.find(words) != std::string_view::npos; });
  if (status == 0 || !numbered) return std::nullopt;
  return closed_with(status);
}

std::optional<Sighting> parse_whatsmeow_line(std::string_view line, const LineContext& context) {
  // `15:04:05.000 [Client INFO] `; the module's name may be any and end in `/Socket` and the like.
  const auto open = line.find(" [");
  const auto close = line.find("] ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  const auto at = parse_clock_time(line.substr(0, open), context.newest);
  if (!at) return std::nullopt;
  auto sighting = parse_whatsmeow_message(line.substr(close + 2));
  if (sighting) sighting->at = at;
  return sighting;
}

std::optional<Sighting> parse_whatsmeow_record(const JsonObject& record) {
  const auto message = record.text("message");
  if (!message) return std::nullopt;
  auto sighting = parse_whatsmeow_message(*message);
  if (sighting) sighting->at = parse_iso_time(record.text("time").value_or(""));
  return sighting;
}

}  // namespace wasession::observe::logs
