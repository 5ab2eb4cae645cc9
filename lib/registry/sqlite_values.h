/// How the values of model stand in columns.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include "model/session.h"
#include "model/time.h"

namespace wasession::registry {

inline std::int64_t milliseconds(Time time) {
  return time.time_since_epoch().count();
}

inline Time column_time(const SQLite::Column& column) {
  return Time(std::chrono::milliseconds(column.getInt64()));
}

inline std::string column_text(const SQLite::Column& column) {
  return column.getString();
}

inline void bind_text(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string(text));
}

inline void run_once(SQLite::Statement& statement) {
  statement.exec();
  statement.reset();
}

/// False for a word that only a later wasession knows.
template <typename Value, std::size_t N>
bool read_word(std::string_view text, const std::array<Value, N>& values, Value& value) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](Value candidate) { return to_string(candidate) == text; });
  if (found == values.end()) return false;
  value = *found;
  return true;
}

inline bool read_tool(std::string_view text, Tool& tool) {
  return read_word(text, std::array{Tool::openclaw, Tool::wacli, Tool::baileys, Tool::whatsmeow},
                   tool);
}

inline bool read_store_kind(std::string_view text, StoreKind& kind) {
  return read_word(text, std::array{StoreKind::baileys_directory, StoreKind::whatsmeow_database},
                   kind);
}

}  // namespace wasession::registry
