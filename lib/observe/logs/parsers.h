/// From lines to sightings: one parser for each tool, each in its own file with its tool's texts.
/// They take anchored messages only, never a bare number, for logs hold the output of other
/// programs too. Of a line nothing else is kept.
#pragma once

#include <optional>
#include <string_view>

#include "model/time.h"
#include "observe/logs/json_object.h"
#include "observe/logs/sighting.h"

namespace wasession::observe::logs {

/// What is known of a line from around it.
struct LineContext {
  Time newest;  ///< the log's last modification: the day of times without a date
};

/// What the line says, in whatever of the known forms it is.
std::optional<Sighting> parse_line(std::string_view line, const LineContext& context);

/// OpenClaw's message, of the file log or (without its `[whatsapp] `) of the console.
std::optional<Sighting> parse_openclaw_message(std::string_view message);
/// A line of OpenClaw's file log, or of its console in the style "json".
std::optional<Sighting> parse_openclaw_record(const JsonObject& record);
/// A line of OpenClaw's console: `TIME [whatsapp] MESSAGE`.
std::optional<Sighting> parse_openclaw_console(std::string_view line, const LineContext& context);

/// A line that Baileys wrote through a pino logger.
std::optional<Sighting> parse_pino_record(const JsonObject& record);
/// A `connection.update` that a bot printed, as JSON or within text.
std::optional<Sighting> parse_bot_record(const JsonObject& record);
std::optional<Sighting> parse_bot_line(std::string_view line);

/// wacli's words on the terminal, and the lines of `wacli --events`.
std::optional<Sighting> parse_wacli_line(std::string_view line);
std::optional<Sighting> parse_wacli_event(const JsonObject& record);

/// whatsmeow's message, however it was logged.
std::optional<Sighting> parse_whatsmeow_message(std::string_view message);
/// `HH:MM:SS.mmm [Client INFO] MESSAGE`, and zerolog's JSON.
std::optional<Sighting> parse_whatsmeow_line(std::string_view line, const LineContext& context);
std::optional<Sighting> parse_whatsmeow_record(const JsonObject& record);

/// The number at the front, 0 when there is none or it is no status.
int leading_status(std::string_view text);

}  // namespace wasession::observe::logs
