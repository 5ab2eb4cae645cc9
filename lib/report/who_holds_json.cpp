#include "report/json_parts.h"
#include "report/who_holds.h"

namespace wasession::report {

void who_holds_json(const Snapshot& snapshot, std::span<const std::size_t> positions,
                    const Emit& emit) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_head(json, "wasession.who-holds/1", snapshot);
  json.key("sessions");
  json.begin_array();
  for (const std::size_t position : positions) {
    const Session& session = snapshot.sessions[position];
    json.begin_object();
    json.member("id", session.id);
    if (session.credential.fingerprint) {
      json.member("fingerprint", session.credential.fingerprint->short_hex());
    }
    write_holders(json, snapshot, session);
    json.end_object();
  }
  json.end_array();
  json.key("unattributed");
  json.begin_array();
  for (const std::size_t stranger : snapshot.strangers) {
    json.begin_object();
    write_process(json, snapshot.processes[stranger]);
    json.end_object();
  }
  json.end_array();
  json.key("processes");
  json.begin_object();
  json.key("seen");
  json.number(snapshot.processes_seen);
  json.key("unreadable");
  json.number(snapshot.processes_unreadable);
  json.end_object();
  write_warnings(json, snapshot.warnings);
  json.end_object();
  emit(out);
}

}  // namespace wasession::report
