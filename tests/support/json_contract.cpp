#include "support/json_contract.h"

#include <functional>
#include <regex>
#include <set>
#include <span>
#include <vector>

namespace wasession::test {
namespace {

using nlohmann::json;

/// Appends faults of `value`, which stands at `path`.
using Check = std::function<void(const json& value, const std::string& path, std::string& faults)>;

struct Member {
  std::string name;
  Check check;
  bool always = true;
};

void fault(std::string& faults, const std::string& path, const std::string& what) {
  faults += path + ": " + what + "\n";
}

Check text(const std::string& pattern) {
  return [pattern](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_string()) return fault(faults, path, "is no string");
    if (!std::regex_match(value.get<std::string>(), std::regex(pattern))) {
      fault(faults, path, "is " + value.dump() + ", not like " + pattern);
    }
  };
}

/// Any text but none at all: an absent fact is an absent key.
Check any_text() {
  return [](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_string() || value.get<std::string>().empty()) fault(faults, path, "is no text");
  };
}

Check one_of(const std::set<std::string>& words) {
  return [words](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_string() || !words.contains(value.get<std::string>())) {
      fault(faults, path, "has the unknown word " + value.dump());
    }
  };
}

Check boolean() {
  return [](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_boolean()) fault(faults, path, "is no boolean");
  };
}

Check count() {
  return [](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_number_unsigned()) fault(faults, path, "is no whole number");
  };
}

Check list_of(const Check& check) {
  return [check](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_array()) return fault(faults, path, "is no list");
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(value[i], path + "[" + std::to_string(i) + "]", faults);
    }
  };
}

Check object(const std::vector<Member>& members) {
  return [members](const json& value, const std::string& path, std::string& faults) {
    if (!value.is_object()) return fault(faults, path, "is no object");
    std::set<std::string> known;
    for (const Member& member : members) {
      known.insert(member.name);
      if (value.contains(member.name)) {
        member.check(value[member.name], path + "." + member.name, faults);
      } else if (member.always) {
        fault(faults, path, "lacks " + member.name);
      }
    }
    for (const auto& [name, ignored] : value.items()) {
      if (!known.contains(name)) fault(faults, path, "has the undocumented key " + name);
    }
  };
}

constexpr const char* kTime = R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)";
/// Masked by --redact: `15*******67`.
constexpr const char* kNumber = R"([0-9*]+)";
constexpr bool kSometimes = false;

std::vector<Member> process_members() {
  return {
      {"pid", count()},
      {"start_time", text(kTime)},
      {"uid", count()},
      {"user", any_text(), kSometimes},
      {"command", any_text()},
      {"exe", any_text(), kSometimes},
      {"cwd", any_text(), kSometimes},
      {"supervisor",
       object({{"kind", one_of({"systemd", "systemd-user", "pm2", "docker", "podman", "kubernetes",
                                "launchd", "shell"})},
               {"unit", any_text(), kSometimes}}),
       kSometimes},
      {"connections",
       list_of(object({{"remote", text(R"(.+:\d+)")},
                       {"state", text("[a-z0-9-]+")},
                       {"through_proxy", boolean(), kSometimes}})),
       kSometimes},
  };
}

Check holder_check() {
  const Check strength = one_of({"possible", "likely", "certain"});
  std::vector<Member> members = process_members();
  members.push_back({"confidence", strength});
  members.push_back({"two_sockets", boolean(), kSometimes});
  members.push_back(
      {"evidence",
       list_of(object({{"kind", one_of({"wacli-lock", "openclaw-lock", "lease", "open-file",
                                        "memory", "write-seen", "gateway-lock", "command-line",
                                        "environment", "working-directory"})},
                       {"strength", strength},
                       {"detail", any_text()}}))});
  return object(members);
}

Check warnings_check() {
  return list_of(object({{"path", any_text(), kSometimes}, {"what", any_text()}}));
}

/// The members `plan` and `outcome`, whose steps are some of `kinds`.
std::vector<Member> plan_members(const std::set<std::string>& kinds, bool always) {
  const Check step = one_of(kinds);
  return {
      {"plan", list_of(object({{"step", step}, {"target", any_text()}, {"why", any_text()}})),
       always},
      {"outcome",
       list_of(object({{"step", step},
                       {"target", any_text()},
                       {"result", one_of({"done", "skipped", "failed"})},
                       {"detail", any_text()}})),
       always},
  };
}

Check session_check() {
  const Check ids = list_of(any_text());
  return object({
      {"id", text(R"((openclaw|wacli|baileys|whatsmeow)(@[^/]+)?/(.|\s)+)")},
      {"tool", one_of({"openclaw", "wacli", "baileys", "whatsmeow"})},
      {"store", object({{"kind", one_of({"baileys-directory", "whatsmeow-database"})},
                        {"path", text(R"(/(.|\s)*)")},
                        {"configured", boolean()}})},
      {"account", object({{"phone", text(kNumber), kSometimes},
                          {"lid", text(kNumber), kSometimes},
                          {"name", any_text(), kSometimes}})},
      {"jid", text(R"([0-9*]+(_\d+)?(:\d+)?@[a-z.]+)"), kSometimes},
      {"device", count(), kSometimes},
      {"fingerprint", text("[0-9a-f]{12}"), kSometimes},
      {"fingerprint_sha256", text("[0-9a-f]{64}"), kSometimes},
      {"state", one_of({"linked", "pairing", "unpaired", "logged-out", "corrupt"})},
      {"activity", one_of({"live", "idle", "stale"})},
      {"linked_at", text(kTime), kSometimes},
      {"last_used_at", text(kTime), kSometimes},
      {"holders", list_of(holder_check())},
      {"same_credential_as", ids},
      {"same_credential_as_truncated", boolean(), kSometimes},
      {"same_account_as", ids},
      {"same_account_as_truncated", boolean(), kSometimes},
      {"problems", list_of(any_text())},
  });
}

/// What a table of keys cannot say.
void check_relations(const json& session, const std::string& path, std::string& faults) {
  if (session.contains("fingerprint") != session.contains("fingerprint_sha256")) {
    fault(faults, path, "has one form of the fingerprint without the other");
  } else if (session.contains("fingerprint") &&
             !session["fingerprint_sha256"].get<std::string>().starts_with(
                 session["fingerprint"].get<std::string>())) {
    fault(faults, path, "has two fingerprints that differ");
  }
  if (session.contains("device") && !session.contains("jid")) {
    fault(faults, path, "has a device without a JID");
  }
  if (session["state"] == "corrupt" && session["problems"].empty()) {
    fault(faults, path, "is corrupt and doesn't say why");
  }
}

}  // namespace

std::string list_violations(const json& list) {
  static const Check check = object({
      {"schema", text("wasession\\.list/1")},
      {"generated_at", text(kTime)},
      {"host", any_text()},
      {"sessions", list_of(session_check())},
      {"warnings", warnings_check()},
  });
  std::string faults;
  check(list, "list", faults);
  if (!faults.empty()) return faults;
  for (const auto& session : list["sessions"]) {
    check_relations(session, session["id"].get<std::string>(), faults);
  }
  return faults;
}

std::string who_holds_violations(const json& answer) {
  static const Check check = object({
      {"schema", text("wasession\\.who-holds/1")},
      {"generated_at", text(kTime)},
      {"host", any_text()},
      {"sessions", list_of(object({{"id", any_text()},
                                   {"fingerprint", text("[0-9a-f]{12}"), kSometimes},
                                   {"holders", list_of(holder_check())}}))},
      {"unattributed", list_of(object(process_members()))},
      {"processes", object({{"seen", count()}, {"unreadable", count()}})},
      {"warnings", warnings_check()},
  });
  std::string faults;
  check(answer, "who-holds", faults);
  return faults;
}

std::string doctor_violations(const json& answer) {
  const Check texts = list_of(any_text());
  const Check finding = object({{"code", text("[a-z-]+")},
                                {"severity", one_of({"info", "warning", "error"})},
                                {"sessions", texts},
                                {"pids", list_of(count())},
                                {"path", any_text(), kSometimes},
                                {"summary", any_text()},
                                {"explanation", any_text()},
                                {"remedy", texts},
                                {"fixable", boolean(), kSometimes}});
  const Check incidents =
      object({{"total", count()},
              {"by_status",
               [](const json& value, const std::string& path, std::string& faults) {
                 if (!value.is_object()) return fault(faults, path, "is no object");
                 for (const auto& [status, times] : value.items()) {
                   text(R"(\d{3}|unknown)")(status, path, faults);
                   count()(times, path + "." + status, faults);
                 }
               }},
              {"first_at", text(kTime), kSometimes},
              {"last_at", text(kTime), kSometimes},
              {"sources", texts}});
  std::vector<Member> members = {{"schema", text("wasession\\.doctor/1")},
                                 {"generated_at", text(kTime)},
                                 {"host", any_text()},
                                 {"verdict", one_of({"healthy", "warnings", "errors"})},
                                 {"findings", list_of(finding)},
                                 {"incidents", incidents},
                                 {"warnings", warnings_check()}};
  for (const Member& member : plan_members(
           {"remove-stale-lock", "restrict-permissions", "set-registry-aside"}, kSometimes)) {
    members.push_back(member);
  }
  std::string faults;
  object(members)(answer, "doctor", faults);
  return faults;
}

std::string plan_violations(const json& answer) {
  const std::set<std::string> kinds = {"remove-stale-lock", "take-lock",   "stop-channel",
                                       "stop-unit",         "end-process", "watch-for-return",
                                       "quarantine",        "erase",       "restore"};
  std::vector<Member> members = {
      {"schema", text("wasession\\.(disconnect|purge-creds|restore)/1")},
      {"generated_at", text(kTime)},
      {"host", any_text()},
      {"dry_run", boolean()},
      {"kept", list_of(object(
                   {{"session", any_text()}, {"pid", count(), kSometimes}, {"why", any_text()}}))},
      {"left",
       list_of(object(
           {{"target", any_text()}, {"why", any_text()}, {"command", any_text(), kSometimes}}))},
      {"warnings", warnings_check()}};
  for (const Member& member : plan_members(kinds, true)) members.push_back(member);
  std::string faults;
  object(members)(answer, "plan", faults);
  if (!faults.empty()) return faults;
  if (answer["dry_run"] == true && !answer["outcome"].empty()) {
    fault(faults, "outcome", "something was done by a dry run");
  }
  return faults;
}

std::string quarantine_violations(const json& listing) {
  const Check entry = object({
      {"id", any_text()},
      {"session", text(R"((openclaw|wacli|baileys|whatsmeow)(@[^/]+)?/(.|\s)+)")},
      {"tool", one_of({"openclaw", "wacli", "baileys", "whatsmeow"})},
      {"path", text(R"(/(.|\s)*)")},
      {"quarantined_at", text(kTime)},
      {"expires_at", text(kTime)},
      {"files", count()},
      {"bytes", count()},
      {"restored_at", text(kTime), kSometimes},
  });
  const Check check = object({{"schema", text("wasession\\.restore/1")},
                              {"generated_at", text(kTime)},
                              {"host", any_text()},
                              {"quarantine", list_of(entry)},
                              {"warnings", warnings_check()}});
  std::string faults;
  check(listing, "restore", faults);
  return faults;
}

}  // namespace wasession::test
