/// One row of `whatsmeow_device`, whose column types and lengths are not trusted: SQLite enforces
/// none, and the file may be anybody's.
#pragma once

#include <set>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "model/session.h"

namespace wasession::observe {

/// Names of columns in lower case.
using ColumnNames = std::set<std::string>;

/// True when these are the columns of a whatsmeow device table of any schema version. Toy databases
/// with jid and lid only exist, so the keys are required.
bool has_device_columns(const ColumnNames& columns);

/// A SELECT of one device by its rowid (parameter 1), for `read_device_row`. Columns that older
/// schemas lack are NULL.
std::string device_row_query(const ColumnNames& columns);

/// Reads the row that `query` stands on. A fault in what identifies the credential (jid, keys,
/// registration_id) makes it corrupt; any fault is a problem that names the column, never the
/// value.
CredentialReading read_device_row(SQLite::Statement& query);

}  // namespace wasession::observe
