// Any bytes as a database with a -wal and a -journal: never a crash, a leak or a hang, and never a
// change on disk.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "observe/stores/whatsmeow_database.h"

namespace {

namespace fs = std::filesystem;

/// In memory where there is such a place.
const fs::path& directory() {
  static const fs::path made = [] {
    const fs::path base = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    std::string name = (base / "wasession-fuzz-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    static const std::string kept = name;
    std::atexit([] { fs::remove_all(kept); });
    return fs::path(name);
  }();
  return made;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Four bytes, little endian, in front of the -wal and then of the -journal: their lengths.
std::string_view take_part(std::string_view& rest) {
  if (rest.size() < 4) return {};
  std::size_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::size_t>(static_cast<unsigned char>(rest[i])) << (8 * i);
  }
  rest.remove_prefix(4);
  const std::string_view part = rest.substr(0, length);
  rest.remove_prefix(part.size());
  return part;
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fputs(what, stderr);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view wal = take_part(rest);
  const std::string_view journal = take_part(rest);
  const std::array<std::pair<std::string, std::string_view>, 3> files{
      {{"a.db", rest}, {"a.db-wal", wal}, {"a.db-journal", journal}}};
  std::ptrdiff_t count = 0;
  for (const auto& [name, bytes] : files) {
    fs::remove(directory() / name);
    if (bytes.empty()) continue;
    std::ofstream(directory() / name, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ++count;
  }
  const auto reading = wasession::observe::read_whatsmeow_database((directory() / "a.db").string());
  require(reading.is_whatsmeow || reading.devices.empty(), "devices of somebody else's database\n");
  require(std::distance(fs::directory_iterator(directory()), {}) == count, "a file came or went\n");
  for (const auto& [name, bytes] : files) {
    if (!bytes.empty()) require(bytes_of(directory() / name) == bytes, "a file changed\n");
  }
  return 0;
}
