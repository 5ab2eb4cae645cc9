#include "observe/stores/baileys_directory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "model/baileys_files.h"
#include "observe/stores/adv_details.h"
#include "observe/stores/creds_json.h"

namespace wasession::observe {
namespace {

void add_problem(CredentialReading& credential, std::string problem) {
  credential.problems.push_back(std::move(problem));
}

/// baileys.md section 3: `account` is the mark of a completed pairing; `me` alone is written when a
/// pairing code is asked for; `registered` says nothing.
State state_of(const CredsFacts& facts, const std::optional<Jid>& jid) {
  if (facts.has_account && jid && jid->device) return State::linked;
  if (facts.has_me || facts.has_account) return State::pairing;
  return State::unpaired;
}

CredentialReading interpret(const CredsFacts& facts) {
  CredentialReading credential;
  if (facts.me_id) credential.jid = parse_jid(*facts.me_id);
  credential.state = state_of(facts, credential.jid);
  credential.registration_id = facts.registration_id;
  if (facts.noise_public_key) {
    credential.noise_public_key = facts.noise_public_key;
    credential.fingerprint = fingerprint_of(*facts.noise_public_key);
  } else {
    credential.state = State::corrupt;
    add_problem(credential, "creds.json has no noiseKey.public of 32 bytes");
  }
  if (facts.has_oversized_text) {
    add_problem(credential,
                fmt::format("me in creds.json has a text of more than {} bytes, which was "
                            "left out",
                            kLongestText));
  }
  if (facts.me_id && !credential.jid) {
    credential.state = State::corrupt;
    add_problem(credential, "me.id in creds.json is not a JID");
  }
  if (credential.jid && is_phone_jid(*credential.jid))
    credential.account.phone = credential.jid->user;
  if (facts.me_lid) {
    if (const auto lid = parse_jid(*facts.me_lid)) credential.account.lid = lid->user;
  }
  // "~" is what Baileys writes while a pairing code waits to be typed.
  if (facts.me_name && *facts.me_name != "~") credential.account.name = facts.me_name;
  if (facts.has_account) {
    if (const auto details = parse_adv_details(facts.account_details)) {
      credential.linked_at = details->linked_at;
    }
  }
  return credential;
}

BaileysReading unreadable(std::string_view name, const FileContent& content) {
  BaileysReading reading;
  reading.health = CredsHealth::unreadable;
  reading.credential.state = State::corrupt;
  const auto why = [&]() -> std::string {
    if (content.error == EFBIG) {
      return fmt::format("is {} bytes large, more than a credential can be; it was not read",
                         content.facts.size);
    }
    if (content.error == ELOOP) return "is a loop of symbolic links; it was not opened";
    if (content.error == EINVAL) {
      return fmt::format("is {}, not a file; it was not opened", describe(content.facts.kind));
    }
    return fmt::format("can't be read: {}", std::strerror(content.error));
  };
  add_problem(reading.credential, fmt::format("{} {}", name, why()));
  return reading;
}

BaileysReading broken(std::string_view name, const FileContent& content, const CredsError& error) {
  BaileysReading reading;
  reading.health = CredsHealth::broken;
  reading.credential.state = State::corrupt;
  reading.credential.last_used_at = content.facts.modified;
  const bool empty = content.bytes.find_first_not_of(" \t\r\n") == std::string_view::npos;
  add_problem(reading.credential,
              empty ? fmt::format("{} is empty", name)
                    : fmt::format("{} is not valid JSON: at byte {} of {} there should be {}", name,
                                  error.offset, content.bytes.size(), error.expected));
  return reading;
}

/// Looks before it opens, so that a FIFO or a device in the file's place is never opened.
FileContent read_creds_file(const std::string& path, SecretBuffer& buffer, bool& through_link) {
  FileFacts facts = facts_of(path);
  through_link = facts.kind == FileKind::symbolic_link;
  if (through_link) facts = facts_of(path, Links::follow);
  if (facts.kind == FileKind::regular) {
    return read_regular_file(path, facts, kLargestCreds, buffer,
                             through_link ? Links::follow : Links::show);
  }
  FileContent content;
  content.facts = facts;
  content.error = facts.error != 0 ? facts.error : EINVAL;
  return content;
}

BaileysReading read_creds(const std::string& directory, std::string_view name,
                          SecretBuffer& buffer) {
  bool through_link = false;
  const FileContent content = read_creds_file(join(directory, name), buffer, through_link);
  if (content.error == ENOENT && !through_link) return {};
  if (content.error != 0) {
    BaileysReading reading = unreadable(name, content);
    // A file that may not be read exists; one that may not even be looked at may not.
    if (facts_of(join(directory, name)).kind == FileKind::unreachable) {
      reading.health = CredsHealth::unreachable;
    }
    return reading;
  }

  const CredsParse parse = parse_creds(content.bytes);
  buffer.wipe();
  if (parse.error) return broken(name, content, *parse.error);
  BaileysReading reading{interpret(parse.facts), CredsHealth::good};
  if (!parse.facts.is_baileys) reading.health = CredsHealth::foreign;
  reading.credential.last_used_at = content.facts.modified;
  if (parse.invalid_utf8_at) {
    add_problem(reading.credential,
                fmt::format("{} is not valid UTF-8 at byte {}; Baileys reads it all the same", name,
                            *parse.invalid_utf8_at));
  }
  if (through_link) add_problem(reading.credential, fmt::format("{} is a symbolic link", name));
  return reading;
}

}  // namespace

BaileysReading read_baileys_directory(const std::string& directory, SecretBuffer& buffer) {
  return read_creds(directory, kCredsFile, buffer);
}

BaileysReading fall_back_to_backup(BaileysReading reading, const std::string& directory,
                                   SecretBuffer& buffer) {
  BaileysReading backup = read_creds(directory, kCredsBackup, buffer);
  if (backup.health != CredsHealth::good) return reading;
  const std::string what = reading.health == CredsHealth::absent
                               ? std::string("creds.json is missing")
                               : reading.credential.problems.front();
  add_problem(
      backup.credential,
      what + "; these facts are creds.json.bak's, which OpenClaw restores at its next start");
  return backup;
}

}  // namespace wasession::observe
