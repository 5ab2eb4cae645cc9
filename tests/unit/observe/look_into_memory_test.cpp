#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe/processes/memory.h"
#include "unit/observe/live_child.h"

namespace wasession::observe {
namespace {

using test::LiveChild;

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};
constexpr std::size_t kArea = std::size_t{4} << 20;

/// Byte i of the n-th key. A child is a copy of this process, so this process may not hold a key
/// before its child is there; nor may two tests use one key.
std::uint8_t byte_of(unsigned n, unsigned i) {
  unsigned mixed = (n * 32 + i + 1) * 2654435761U;
  mixed ^= mixed >> 15;
  return static_cast<std::uint8_t>(mixed * 2246822519U >> 24);
}

void put_key(unsigned n, std::uint8_t* place) {
  for (unsigned i = 0; i < 32; ++i) static_cast<volatile std::uint8_t*>(place)[i] = byte_of(n, i);
}

PublicKey key(unsigned n) {
  PublicKey bytes;
  for (unsigned i = 0; i < 32; ++i) bytes[i] = byte_of(n, i);
  return bytes;
}

std::uint8_t* map_area(int kind) {
  void* const area = ::mmap(nullptr, kArea, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
  return area == MAP_FAILED ? nullptr : static_cast<std::uint8_t*>(area);
}

MemoryLook look_for(const LiveChild& child, const std::vector<PublicKey>& keys,
                    std::uint64_t limit = kNoLimit) {
  return look_into_memory(child.pid(), KeySearch(keys), keys.size(), limit);
}

/// True, with a message, where the tests may not look into their own children.
bool not_permitted(const MemoryLook& look) {
  if (look.error != EPERM && look.error != EACCES && look.error != ENOSYS) return false;
  MESSAGE("skipped: reading another process's memory is not permitted here: "
          << std::strerror(look.error));
  return true;
}

TEST_CASE("a key is found wherever it lies in the memory, also across pages and chunks") {
  // The end of a chunk of any usual size, the end of a page, and each alignment.
  std::vector<std::size_t> places;
  for (std::size_t alignment = 0; alignment < 8; ++alignment) places.push_back(96 + 41 * alignment);
  for (std::size_t size = 4096; size < kArea; size *= 2)
    places.push_back(size + size / 4096 % 31 - 31);
  const LiveChild child([&] {
    std::uint8_t* const area = map_area(MAP_PRIVATE);
    std::memset(area, 1, kArea);
    for (unsigned i = 0; i < places.size(); ++i) put_key(i, area + places[i]);
    return std::string();
  });
  std::vector<PublicKey> keys;
  for (unsigned i = 0; i < places.size(); ++i) keys.push_back(key(i));
  keys.push_back(key(999));
  const MemoryLook look = look_for(child, keys);
  if (not_permitted(look)) return;
  CHECK(look.complete);
  CHECK(look.bytes >= kArea);
  for (std::size_t i = 0; i < places.size(); ++i) {
    CHECK_MESSAGE(look.found[i], "the holder is missed: a key at " << places[i]);
  }
  CHECK_FALSE(look.found.back());
}

/// Base64 of `wasession: only the text of key` and a line feed.
constexpr std::string_view kText = "d2FzZXNzaW9uOiBvbmx5IHRoZSB0ZXh0IG9mIGtleQo=";

TEST_CASE("a process that only has the text of creds.json is not taken for a client") {
  const LiveChild child([&] {
    std::uint8_t* const area = map_area(MAP_PRIVATE);
    std::memcpy(area + 100, kText.data(), kText.size());
    put_key(100, area + 1000);
    return std::string();
  });
  PublicKey decoded;
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < decoded.size(); ++i) {
    const std::size_t at = i * 8 / 6;
    const auto bits = (kAlphabet.find(kText[at]) << 6 | kAlphabet.find(kText[at + 1]))
                      << (i * 8 % 6);
    decoded[i] = static_cast<std::uint8_t>(bits >> 4);
  }
  REQUIRE(decoded[0] == 'w');
  const MemoryLook look = look_for(child, {decoded, key(100)});
  if (not_permitted(look)) return;
  CHECK_FALSE(look.found[0]);
  CHECK(look.found[1]);
}

TEST_CASE("memory that was unmapped, overwritten or is shared names no holder") {
  const LiveChild child([&] {
    std::uint8_t* const gone = map_area(MAP_PRIVATE);
    put_key(200, gone + 13);
    ::munmap(gone, kArea);
    std::uint8_t* const shared = map_area(MAP_SHARED);
    put_key(201, shared + 13);
    std::uint8_t* const overwritten = map_area(MAP_PRIVATE);
    put_key(202, overwritten + 13);
    put_key(203, overwritten + 13);
    return std::string();
  });
  const MemoryLook look = look_for(child, {key(200), key(201), key(202), key(203)});
  if (not_permitted(look)) return;
  CHECK(look.found == std::vector<bool>{false, false, false, true});
}

TEST_CASE("pages that may not be read hide none of their neighbours") {
  const LiveChild child([&] {
    std::uint8_t* const area = map_area(MAP_PRIVATE);
    std::memset(area, 1, kArea);
    put_key(300, area + 5);
    ::mprotect(area + 8192, 4096, PROT_NONE);
    ::munmap(area + 65536, 4096);
    put_key(301, area + kArea - 33);
    return std::string();
  });
  const MemoryLook look = look_for(child, {key(300), key(301), key(998)});
  if (not_permitted(look)) return;
  CHECK(look.found == std::vector<bool>{true, true, false});
  CHECK(look.complete);
}

TEST_CASE("memory that was reserved and never touched is not read") {
  constexpr std::size_t kReserved = std::size_t{64} << 30;
  const LiveChild child([&] {
    void* const area = ::mmap(nullptr, kReserved, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) return std::string("refused");
    put_key(400, static_cast<std::uint8_t*>(area) + kReserved - 77);
    return std::string();
  });
  if (child.said() == "refused") {
    MESSAGE("skipped: 64 GiB may not be reserved here");
    return;
  }
  const MemoryLook look = look_for(child, {key(400), key(997)});
  if (not_permitted(look)) return;
  CHECK(look.found[0]);
  CHECK(look.bytes < kReserved / 2);
}

TEST_CASE("no more than the limit is read, and the answer says that it is not complete") {
  const LiveChild child([&] {
    std::memset(map_area(MAP_PRIVATE), 1, kArea);
    return std::string();
  });
  const std::vector<PublicKey> keys = {key(500)};
  if (not_permitted(look_for(child, keys))) return;
  for (const std::uint64_t limit : {0U, 1U, 4097U, 1000000U}) {
    const MemoryLook look = look_for(child, keys, limit);
    CHECK(look.bytes == limit);
    CHECK_FALSE(look.complete);
  }
}

TEST_CASE("a process that has ended gives an incomplete answer and no error") {
  const int child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(0);
  siginfo_t ended{};
  ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
  const std::vector<PublicKey> keys = {key(600)};
  const KeySearch search(keys);
  const MemoryLook zombie = look_into_memory(child, search, 1, kNoLimit);
  ::waitpid(child, nullptr, 0);
  const MemoryLook gone = look_into_memory(child, search, 1, kNoLimit);
  CHECK_FALSE(zombie.complete);
  CHECK_FALSE(gone.complete);
  CHECK(gone.error == 0);
  CHECK(gone.bytes == 0);
  CHECK_FALSE(gone.found[0]);
}

}  // namespace
}  // namespace wasession::observe
