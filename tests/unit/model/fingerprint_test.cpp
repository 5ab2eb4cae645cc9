#include "model/fingerprint.h"

#include <random>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using namespace wasession;

namespace {

PublicKey random_key(std::mt19937& random) {
  PublicKey key;
  for (auto& byte : key) byte = static_cast<std::uint8_t>(random());
  return key;
}

}  // namespace

TEST_SUITE("a fingerprint") {
  TEST_CASE("is the SHA-256 of the raw key") {
    CHECK_EQ(fingerprint_of(PublicKey{}).hex(),
             "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    PublicKey counting{};
    for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<std::uint8_t>(i);
    CHECK_EQ(fingerprint_of(counting).hex(),
             "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd");
  }

  TEST_CASE("is shown as the beginning of its digits and sorts as they do") {
    std::mt19937 random(43);
    for (int round = 0; round < 2000; ++round) {
      const Fingerprint a = fingerprint_of(random_key(random));
      const Fingerprint b = fingerprint_of(random_key(random));
      CHECK_EQ(a.hex().size(), 64);
      CHECK_EQ(a.hex().substr(0, 12), a.short_hex());
      CHECK_EQ(a < b, a.hex() < b.hex());
      CHECK_EQ(a == b, a.hex() == b.hex());
    }
  }

  TEST_CASE("changes with every bit of the key") {
    std::mt19937 random(47);
    const PublicKey key = random_key(random);
    for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
      PublicKey other = key;
      other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1U << (bit % 8)));
      CHECK((fingerprint_of(other) != fingerprint_of(key)));
    }
  }

  TEST_CASE("is the same in every thread") {
    std::mt19937 random(53);
    std::vector<PublicKey> keys(500);
    for (PublicKey& key : keys) key = random_key(random);
    std::vector<std::vector<Fingerprint>> found(4);
    std::vector<std::thread> threads;
    for (auto& mine : found) {
      threads.emplace_back([&keys, &mine] {
        for (const PublicKey& key : keys) mine.push_back(fingerprint_of(key));
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& mine : found) CHECK((mine == found.front()));
  }
}
