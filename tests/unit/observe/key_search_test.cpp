#include <algorithm>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include "observe/processes/memory.h"

namespace wasession::observe {
namespace {

using Bytes = std::vector<std::uint8_t>;

PublicKey random_key(std::mt19937_64& random) {
  PublicKey key;
  for (auto& byte : key) byte = static_cast<std::uint8_t>(random());
  return key;
}

std::vector<PublicKey> random_keys(std::mt19937_64& random, std::size_t count) {
  std::vector<PublicKey> keys(count);
  for (auto& key : keys) key = random_key(random);
  return keys;
}

void put(const PublicKey& key, Bytes& bytes, std::size_t at) {
  std::copy(key.begin(), key.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

/// What KeySearch promises, byte by byte; without the rule about zeros.
std::vector<bool> naive(const std::vector<PublicKey>& keys, const Bytes& bytes) {
  std::vector<bool> found;
  for (const auto& key : keys) {
    found.push_back(std::search(bytes.begin(), bytes.end(), key.begin(), key.end()) != bytes.end());
  }
  return found;
}

std::vector<bool> search(const std::vector<PublicKey>& keys, const Bytes& bytes) {
  std::vector<bool> found(keys.size());
  KeySearch(keys).look(bytes, found);
  return found;
}

TEST_CASE("a key is found at every alignment and at both ends of the memory") {
  std::mt19937_64 random(1);
  const std::vector<PublicKey> keys = {random_key(random)};
  for (std::size_t size = 0; size < 100; ++size) {
    for (std::size_t at = 0; at + 32 <= size; ++at) {
      Bytes bytes(size);
      put(keys[0], bytes, at);
      CHECK_MESSAGE(search(keys, bytes)[0], "the client that holds the key is missed: key at "
                                                << at << " of " << size << " bytes");
    }
  }
}

TEST_CASE("a key that is cut off at an end, or differs in one bit, is not found") {
  std::mt19937_64 random(2);
  const std::vector<PublicKey> keys = {random_key(random)};
  for (std::size_t cut = 1; cut < 32; ++cut) {
    const auto kept = static_cast<std::ptrdiff_t>(32 - cut);
    CHECK_FALSE(search(keys, Bytes(keys[0].begin(), keys[0].begin() + kept))[0]);
    CHECK_FALSE(search(keys, Bytes(keys[0].end() - kept, keys[0].end()))[0]);
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    for (std::size_t at = 0; at < 8; ++at) {
      PublicKey near = keys[0];
      near[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      Bytes bytes(64);
      put(near, bytes, at);
      CHECK_MESSAGE(!search(keys, bytes)[0],
                    "another process is taken for a holder: bit " << bit << " differs");
    }
  }
}

/// Keys and memory of an alphabet so small that keys overlap, share words and are nearly found all
/// the time.
TEST_CASE("whatever the keys and the memory, what a naive search finds is found") {
  std::mt19937_64 random(3);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  std::size_t hits = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::size_t letters = 1 + below(3);
    const auto letter = [&] { return static_cast<std::uint8_t>(1 + below(letters)); };
    Bytes bytes(below(300));
    // Runs, so that whole words repeat.
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = i > 0 && below(8) != 0 ? bytes[i - 1] : letter();
    }
    std::vector<PublicKey> keys(1 + below(20));
    for (auto& key : keys) {
      if (bytes.size() >= 32 && below(2) == 0) {
        const std::size_t from = below(bytes.size() - 31);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), 32, key.begin());
        if (below(3) == 0) key[below(32)] ^= 1;
      } else {
        std::generate(key.begin(), key.end(), letter);
      }
    }
    const auto expected = naive(keys, bytes);
    hits += static_cast<std::size_t>(std::count(expected.begin(), expected.end(), true));
    REQUIRE_MESSAGE(search(keys, bytes) == expected, "round " << round << " differs");
  }
  CHECK(hits > 1000);
}

TEST_CASE("exactly those of 10,000 keys that are in the memory are found") {
  std::mt19937_64 random(4);
  const auto keys = random_keys(random, 10'000);
  Bytes bytes(1 << 20);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  std::vector<bool> expected(keys.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < keys.size(); i += 3) {
    at += random() % 100;
    put(keys[i], bytes, at);
    expected[i] = true;
    at += 32;
  }
  CHECK(search(keys, bytes) == expected);
}

TEST_CASE("stores with the same credential are found together") {
  std::mt19937_64 random(5);
  const PublicKey twice = random_key(random);
  const std::vector<PublicKey> keys = {twice, random_key(random), twice};
  Bytes bytes(100);
  put(twice, bytes, 13);
  CHECK(search(keys, bytes) == std::vector<bool>{true, false, true});
}

TEST_CASE("a key of zeros is not found in empty memory, one with a few zeros is found") {
  PublicKey nearly_zero{};
  nearly_zero[31] = 7;
  PublicKey some_zeros{};
  std::fill(some_zeros.begin() + 23, some_zeros.end(), std::uint8_t{9});
  const std::vector<PublicKey> keys = {PublicKey{}, nearly_zero, some_zeros};
  for (std::size_t at = 0; at < 8; ++at) {
    Bytes bytes(200);
    put(nearly_zero, bytes, at);
    put(some_zeros, bytes, 96 + at);
    CHECK(search(keys, bytes) == std::vector<bool>{false, false, true});
  }
}

TEST_CASE("what was found in an earlier piece of memory stays found") {
  std::mt19937_64 random(6);
  const auto keys = random_keys(random, 2);
  const KeySearch search_for(keys);
  std::vector<bool> found(2);
  search_for.look(keys[1], found);
  search_for.look(Bytes(64), found);
  CHECK(found == std::vector<bool>{false, true});
}

TEST_CASE("without keys nothing is found") {
  std::vector<bool> found;
  KeySearch({}).look(Bytes(100), found);
  CHECK(found.empty());
}

}  // namespace
}  // namespace wasession::observe
