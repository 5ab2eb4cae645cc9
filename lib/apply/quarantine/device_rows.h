/// One device among the rows of a whatsmeow database: found, deleted, copied. Throws
/// SQLite::Exception for what SQLite says, and Trouble for what would be wrong.
#pragma once

#include <optional>
#include <string>

#include <SQLiteCpp/Database.h>

#include "apply/quarantine/trouble.h"
#include "model/jid.h"

namespace wasession::apply {

/// Opens a database for changing it: no symbolic link anywhere in the path, none of its triggers
/// and views, foreign keys on, what is deleted overwritten.
SQLite::Database open_for_change(const std::string& path);

/// The device's jid as it stands in the table; of an absent `jid` the only row's. Refused when
/// there is no such row or more than one.
std::string find_device(SQLite::Database& database, const std::optional<Jid>& jid);

bool has_device(SQLite::Database& database, const std::string& jid);

/// Deletes the device with all its rows, and with the last device the LID map. To be called in a
/// transaction. Tables that an older schema lacks are no error; refused when rows would be left
/// that point at nothing.
void delete_device(SQLite::Database& database, const std::string& jid);

/// Brings it to the file that the deleted rows are gone from: empties a write-ahead log and
/// rewrites the file. Nothing, or why the file could not be rewritten; its rows are gone all the
/// same.
std::optional<std::string> scrub(SQLite::Database& database);

/// Fills the empty file at `copy` with a copy of the database in which the device is the only one.
void copy_with_one_device(const std::string& path, const std::string& copy, const std::string& jid);

/// Adds the device that is alone in the database at `copy`, with all its rows, in one transaction;
/// columns that one of the two schemas lacks are left out. Refused when there is such a device.
void insert_device(SQLite::Database& database, const std::string& copy);

/// What SQLite said, as a clause.
Trouble trouble_of(const SQLite::Exception& failure);

}  // namespace wasession::apply
