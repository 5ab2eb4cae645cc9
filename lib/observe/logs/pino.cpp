/// Baileys' own lines, through the pino logger that it asks for, and what bots print themselves.
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "model/incident.h"
#include "observe/logs/log_time.h"
#include "observe/logs/parsers.h"

namespace wasession::observe::logs {
namespace {

constexpr std::string_view kLoggingIn = "logging in...";
constexpr std::string_view kOpened = "opened connection to WA";
constexpr std::string_view kStreamError = "stream errored out";
constexpr std::string_view kErrored = "connection errored";
constexpr std::string_view kConflict = "conflict";
/// A close's `statusCode` when the stream error carries none (Baileys'
/// getErrorCodeFromStreamError).
constexpr int kUnknownStreamError = 500;

/// A conflict of this type is that status: the word `conflict` alone stands for both.
struct ConflictType {
  std::string_view type;
  int status;
};
constexpr std::array kConflictTypes = {ConflictType{"replaced", kReplaced},
                                       ConflictType{"device_removed", kLoggedOut}};

/// How the trace of `connection errored` begins; those that leave the number open are left out.
struct ErrorText {
  std::string_view begins;
  int status;
};
constexpr std::array kErrorTexts = {
    ErrorText{"Error: Connection Terminated", 428},
    ErrorText{"Error: Connection Closed", 428},
    ErrorText{"Error: Connection was lost", 408},
    ErrorText{"Error: WebSocket Error", 408},
    ErrorText{"Error: QR refs attempts ended", 408},
    ErrorText{"Error: Intentional Logout", kLoggedOut},
    ErrorText{"Error: Connection Failure", 0},
    ErrorText{"Error: Stream Errored", 0},
};

std::string attribute(const JsonObject& node, std::string_view name) {
  const auto attributes = node.object("attrs");
  return attributes ? attributes->text(name).value_or("") : std::string();
}

int conflict_status(const JsonObject& node) {
  if (node.text("tag") != kConflict) return 0;
  const std::string type = attribute(node, "type");
  for (const ConflictType& known : kConflictTypes) {
    if (known.type == type) return known.status;
  }
  return kReplaced;
}

/// 7.x logs the stanza as `fullErrorNode` and its first child as `reasonNode`, 6.x as `node`.
int stream_error_status(const JsonObject& record) {
  auto stanza = record.object("fullErrorNode");
  if (!stanza) stanza = record.object("node");
  auto reason = record.object("reasonNode");
  if (!reason && stanza) reason = stanza->first_object("content");
  if (reason) {
    if (const int status = conflict_status(*reason); status != 0) return status;
  }
  const int code = stanza ? leading_status(attribute(*stanza, "code")) : 0;
  return code != 0 ? code : kUnknownStreamError;
}

std::optional<Sighting> sighting_of(const JsonObject& record, std::string_view message) {
  Sighting sighting;
  if (message == kLoggingIn) {
    sighting.sight = Sight::logging_in;
    const auto node = record.object("node");
    if (!node) return std::nullopt;
    sighting.phone = node->text("username").value_or("").substr(0, 20);
    if (sighting.phone.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    const auto device = node->integer("device");
    if (device && *device >= 0 && *device < 1 << 16) {
      sighting.device = static_cast<std::uint32_t>(*device);
    }
    return sighting;
  }
  if (message == kOpened) {
    sighting.sight = Sight::connected;
    return sighting;
  }
  if (message == kStreamError) {
    sighting.voice = Voice::closing;
    sighting.status = stream_error_status(record);
    return sighting;
  }
  if (message != kErrored) return std::nullopt;
  const std::string trace = record.text("trace").value_or("");
  const auto known =
      std::find_if(kErrorTexts.begin(), kErrorTexts.end(),
                   [&](const ErrorText& text) { return trace.starts_with(text.begins); });
  if (known == kErrorTexts.end()) return std::nullopt;
  sighting.voice = Voice::text;
  sighting.status = known->status;
  return sighting;
}

/// `time` as pino writes it (milliseconds), or as text, under the names that bots use.
std::optional<Time> time_of(const JsonObject& record) {
  for (const std::string_view key : {"time", "timestamp", "ts", "at"}) {
    if (const auto count = record.integer(key)) return time_of_milliseconds(*count);
    if (const auto text = record.text(key)) return parse_iso_time(*text);
  }
  return std::nullopt;
}

int pid_of(const JsonObject& record) {
  const auto pid = record.integer("pid").value_or(0);
  constexpr std::int64_t kLargestPid = 1 << 22;
  return pid > 0 && pid <= kLargestPid ? static_cast<int>(pid) : 0;
}

/// A close's status: at the top, or where Boom keeps it.
int status_of_update(const JsonObject& update) {
  const auto valid = [](std::optional<std::int64_t> code) {
    return code && *code > 0 && *code < 1000 ? static_cast<int>(*code) : 0;
  };
  if (const int status = valid(update.integer("statusCode")); status != 0) return status;
  const auto last = update.object("lastDisconnect");
  const auto error = last ? last->object("error") : std::nullopt;
  const auto output = error ? error->object("output") : std::nullopt;
  return output ? valid(output->integer("statusCode")) : 0;
}

constexpr std::string_view kClose = R"("connection":"close")";
constexpr std::string_view kStatusCode = R"("statusCode":)";

}  // namespace

std::optional<Sighting> parse_pino_record(const JsonObject& record) {
  const auto message = record.text("msg");
  if (!message) return std::nullopt;
  auto sighting = sighting_of(record, *message);
  if (!sighting) return std::nullopt;
  sighting->at = time_of(record);
  sighting->pid = pid_of(record);
  return sighting;
}

std::optional<Sighting> parse_bot_record(const JsonObject& record) {
  auto update = record;
  for (const std::string_view key : {"update", "data"}) {
    if (record.text("connection") == "close") break;
    if (auto inner = record.object(key)) update = std::move(*inner);
  }
  if (update.text("connection") != "close") return std::nullopt;
  Sighting sighting;
  sighting.voice = Voice::client;
  sighting.status = status_of_update(update);
  if (sighting.status == 0) return std::nullopt;
  sighting.at = time_of(record);
  sighting.pid = pid_of(record);
  return sighting;
}

std::optional<Sighting> parse_bot_line(std::string_view line) {
  if (line.find(kClose) == std::string_view::npos) return std::nullopt;
  const auto code = line.find(kStatusCode);
  if (code == std::string_view::npos) return std::nullopt;
  Sighting sighting;
  sighting.voice = Voice::client;
  sighting.status = leading_status(line.substr(code + kStatusCode.size()));
  if (sighting.status == 0) return std::nullopt;
  sighting.at = parse_iso_time(line.substr(0, line.find(' ')));
  return sighting;
}

}  // namespace wasession::observe::logs
