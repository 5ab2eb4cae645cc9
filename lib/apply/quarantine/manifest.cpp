#include "apply/quarantine/manifest.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <random>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apply/quarantine/digest.h"
#include "model/baileys_files.h"

namespace wasession::apply {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "wasession.quarantine/1";
constexpr std::size_t kLargestManifest = std::size_t{64} << 20;
constexpr std::array kTools = {Tool::openclaw, Tool::wacli, Tool::baileys, Tool::whatsmeow};
constexpr std::array kKinds = {StoreKind::baileys_directory, StoreKind::whatsmeow_database};

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    if (byte >= ' ' && byte <= '~' && byte != '%') {
      text += byte;
    } else {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return text;
}

/// What from_hex and the readers below throw for anything that to_json would not have written.
[[noreturn]] void damaged() {
  throw std::invalid_argument("not a manifest");
}

unsigned hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  damaged();
}

std::string unescaped(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      bytes += text[at];
      continue;
    }
    if (at + 2 >= text.size()) damaged();
    bytes += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
    at += 2;
  }
  return bytes;
}

std::string hex(const std::array<std::uint8_t, 32>& bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::array<std::uint8_t, 32> digest_from(const std::string& text) {
  std::array<std::uint8_t, 32> bytes{};
  if (text.size() != bytes.size() * 2) damaged();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bytes[at] =
        static_cast<std::uint8_t>(hex_digit(text[2 * at]) * 16 + hex_digit(text[2 * at + 1]));
  }
  return bytes;
}

Time time_from(const json& text) {
  const auto time = parse_moment(text.get<std::string>(), Time{});
  if (!time) damaged();
  return *time;
}

template <typename Value, std::size_t N>
Value word_from(const json& text, const std::array<Value, N>& values) {
  const auto found = std::ranges::find_if(
      values, [&](Value value) { return to_string(value) == text.get<std::string>(); });
  if (found == values.end()) damaged();
  return *found;
}

Time milliseconds_of(const timespec& time) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 40;  // seconds: sums don't overflow
  const std::int64_t seconds =
      std::clamp(static_cast<std::int64_t>(time.tv_sec), -kFarthest, kFarthest);
  return Time(std::chrono::seconds(seconds) + std::chrono::milliseconds(time.tv_nsec / 1'000'000));
}

std::string last_component(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

json json_of(const KeptFile& kept) {
  return {{"number", kept.number},
          {"name", escaped(kept.file.name)},
          {"mode", kept.file.mode},
          {"uid", kept.file.uid},
          {"gid", kept.file.gid},
          {"size", kept.file.size},
          {"modified", {kept.modified.tv_sec, kept.modified.tv_nsec}},
          {"sha256", hex(kept.file.sha256)}};
}

KeptFile kept_from(const json& text, const Quarantined& about, std::size_t position) {
  KeptFile kept;
  kept.number = text.at("number").get<std::string>();
  const bool is_number =
      kept.number.size() >= 4 && kept.number.size() <= 9 &&
      std::ranges::all_of(kept.number, [](char c) { return c >= '0' && c <= '9'; });
  kept.file.name = unescaped(text.at("name").get<std::string>());
  const bool allowed = about.kind == StoreKind::baileys_directory
                           ? is_credential_file(kept.file.name)
                           : position == 0 && kept.file.name == last_component(about.path);
  if (!is_number || !allowed || kept.file.name.find('/') != std::string::npos ||
      kept.file.name.find('\0') != std::string::npos) {
    damaged();
  }
  kept.file.mode = text.at("mode").get<std::uint32_t>();
  kept.file.uid = text.at("uid").get<std::uint32_t>();
  kept.file.gid = text.at("gid").get<std::uint32_t>();
  kept.file.size = text.at("size").get<std::uint64_t>();
  kept.modified.tv_sec = text.at("modified").at(0).get<std::int64_t>();
  kept.modified.tv_nsec = text.at("modified").at(1).get<std::int64_t>();
  kept.file.modified = milliseconds_of(kept.modified);
  kept.file.sha256 = digest_from(text.at("sha256").get<std::string>());
  return kept;
}

Manifest manifest_from(const json& text) {
  if (text.at("schema") != kSchema) damaged();
  Manifest manifest;
  Quarantined& about = manifest.about;
  about.id = text.at("id").get<std::string>();
  about.session = unescaped(text.at("session").get<std::string>());
  about.tool = word_from(text.at("tool"), kTools);
  about.kind = word_from(text.at("kind"), kKinds);
  about.path = unescaped(text.at("path").get<std::string>());
  if (!is_entry_id(about.id) || !about.path.starts_with('/') || about.path.size() < 2) damaged();
  if (text.contains("jid")) {
    about.jid = parse_jid(text.at("jid").get<std::string>());
    if (!about.jid) damaged();
  }
  about.quarantined_at = time_from(text.at("quarantined_at"));
  about.expires_at = time_from(text.at("expires_at"));
  if (text.contains("restored_at")) about.restored_at = time_from(text.at("restored_at"));
  const json& directory = text.at("directory");
  about.directory_mode = directory.at("mode").get<std::uint32_t>();
  about.directory_uid = directory.at("uid").get<std::uint32_t>();
  about.directory_gid = directory.at("gid").get<std::uint32_t>();
  manifest.directory_inode = directory.at("inode").get<std::uint64_t>();
  manifest.complete = text.at("complete").get<bool>();
  manifest.makes_directory = text.at("makes_directory").get<bool>();
  for (const json& file : text.at("files")) {
    manifest.files.push_back(kept_from(file, about, manifest.files.size()));
  }
  return manifest;
}

}  // namespace

std::string number_of(std::size_t position) {
  return fmt::format("{:04}", position);
}

std::string id_at(Time now) {
  std::string id;
  for (const char character : rfc3339(now)) {
    if (character >= '0' && character <= '9') id += character;
    if (character == 'T') id += '-';
  }
  return fmt::format("{}-{:06x}", id, std::random_device()() & 0xFFFFFFU);
}

bool is_entry_id(std::string_view name) {
  constexpr std::string_view kShape = "dddddddd-dddddd-xxxxxx";
  return std::ranges::equal(name, kShape, [](char character, char shape) {
    if (shape == '-') return character == '-';
    const bool digit = character >= '0' && character <= '9';
    return digit || (shape == 'x' && character >= 'a' && character <= 'f');
  });
}

std::string to_json(const Manifest& manifest) {
  const Quarantined& about = manifest.about;
  json text = {{"schema", kSchema},
               {"id", about.id},
               {"session", escaped(about.session)},
               {"tool", to_string(about.tool)},
               {"kind", to_string(about.kind)},
               {"path", escaped(about.path)},
               {"quarantined_at", rfc3339(about.quarantined_at)},
               {"expires_at", rfc3339(about.expires_at)},
               {"complete", manifest.complete},
               {"makes_directory", manifest.makes_directory},
               {"directory",
                {{"mode", about.directory_mode},
                 {"uid", about.directory_uid},
                 {"gid", about.directory_gid},
                 {"inode", manifest.directory_inode}}},
               {"files", json::array()}};
  if (about.jid) text["jid"] = to_string(*about.jid);
  if (about.restored_at) text["restored_at"] = rfc3339(*about.restored_at);
  for (const KeptFile& kept : manifest.files) text["files"].push_back(json_of(kept));
  return text.dump(1) + '\n';
}

std::optional<Manifest> parse_manifest(std::string_view text) {
  try {
    return manifest_from(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

std::optional<Manifest> read_manifest(const Descriptor& entry) {
  struct stat status {};
  const Descriptor file = open_file(entry, std::string(kManifest), status);
  if (!file || !S_ISREG(status.st_mode)) return std::nullopt;
  std::string text;
  Digest ignored;
  const int error = digest_of(file, ignored, [&](std::string_view piece) {
    text += piece;
    return text.size() > kLargestManifest ? EFBIG : 0;
  });
  return error == 0 ? parse_manifest(text) : std::nullopt;
}

int write_manifest(const Descriptor& entry, const Manifest& manifest, Changes& changes) {
  const std::string partial = std::string(kManifest) + ".new";
  if (const int error = changes.unlink(entry, partial); error != 0 && error != ENOENT) return error;
  const Descriptor file = changes.create(entry, partial, 0600);
  if (!file) return errno;
  if (const int error = changes.write(file, to_json(manifest)); error != 0) return error;
  if (const int error = changes.sync(file); error != 0) return error;
  if (const int error = changes.replace(entry, partial, std::string(kManifest)); error != 0) {
    return error;
  }
  return changes.sync(entry);
}

Quarantined quarantined_of(const Manifest& manifest) {
  Quarantined quarantined = manifest.about;
  for (const KeptFile& kept : manifest.files) quarantined.files.push_back(kept.file);
  return quarantined;
}

}  // namespace wasession::apply
