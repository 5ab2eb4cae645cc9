#include "report/json_parts.h"
#include "report/restore.h"

namespace wasession::report {
namespace {

void write_entry(JsonWriter& json, const Quarantined& entry) {
  json.begin_object();
  json.member("id", entry.id);
  json.member("session", entry.session);
  json.member("tool", to_string(entry.tool));
  json.member("path", entry.path);
  json.member("quarantined_at", rfc3339(entry.quarantined_at));
  json.member("expires_at", rfc3339(entry.expires_at));
  json.key("files");
  json.number(entry.files.size());
  json.key("bytes");
  json.number(total_size(entry));
  write_fact(json, "restored_at", entry.restored_at);
  json.end_object();
}

}  // namespace

std::string quarantine_json(const QuarantineReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, "wasession.restore/1", report.taken_at, report.host);
  json.key("quarantine");
  json.begin_array();
  for (const Quarantined& entry : report.entries) write_entry(json, entry);
  json.end_array();
  write_warnings(json, report.warnings);
  json.end_object();
  return out;
}

}  // namespace wasession::report
