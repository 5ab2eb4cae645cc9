#include "observe/stores/adv_details.h"

#include <array>
#include <random>
#include <span>
#include <vector>

#include <doctest/doctest.h>

using namespace wasession;
using namespace wasession::observe;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// `CMmyweMBEIiUjNgGGAE=`, as a linked Baileys wrote it.
const Bytes kLinked = {0x08, 0xc9, 0xb2, 0xc1, 0xe3, 0x01, 0x10,
                       0x88, 0x94, 0x8c, 0xd8, 0x06, 0x18, 0x01};

void append_varint(Bytes& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void append_field(Bytes& bytes, std::uint64_t number, std::uint64_t value) {
  append_varint(bytes, number << 3);
  append_varint(bytes, value);
}

/// A field of a later WhatsApp, of any wire type but groups.
void append_unknown_field(Bytes& bytes, std::mt19937& random) {
  const std::uint64_t number = 4 + random() % 5000;
  const std::uint64_t wire_type = std::array<std::uint64_t, 4>{0, 1, 2, 5}[random() % 4];
  append_varint(bytes, number << 3 | wire_type);
  std::size_t size = wire_type == 1 ? 8 : 4;
  if (wire_type == 0) return append_varint(bytes, random());
  if (wire_type == 2) {
    size = random() % 300;
    append_varint(bytes, size);
  }
  for (; size > 0; --size) bytes.push_back(static_cast<std::uint8_t>(random()));
}

}  // namespace

TEST_SUITE("ADV details") {
  TEST_CASE("say when the device was linked") {
    const auto details = parse_adv_details(kLinked);
    REQUIRE(details);
    CHECK_EQ(details->raw_id, 477124937U);
    CHECK((details->linked_at == Time(std::chrono::seconds(1795361288))));
    CHECK_EQ(details->key_index, 1U);
  }

  TEST_CASE("cut short are whole fields or nothing") {
    for (std::size_t size = 0; size < kLinked.size(); ++size) {
      CAPTURE(size);
      const auto details = parse_adv_details(std::span(kLinked).first(size));
      const bool whole_fields = size == 0 || size == 6 || size == 12;
      REQUIRE_EQ(details.has_value(), whole_fields);
      if (!details) continue;
      CHECK_EQ(details->raw_id.has_value(), size >= 6);
      CHECK_EQ(details->linked_at.has_value(), size >= 12);
      CHECK_FALSE(details->key_index.has_value());
    }
  }

  TEST_CASE("with fields of a later WhatsApp between them say the same") {
    std::mt19937 random(61);
    for (int round = 0; round < 5000; ++round) {
      const auto raw_id = static_cast<std::uint32_t>(random());
      const auto key_index = static_cast<std::uint32_t>(random());
      const std::uint64_t linked = 1'600'000'000 + random() % 400'000'000;
      Bytes bytes;
      const auto maybe_unknown = [&] {
        if (random() % 2) append_unknown_field(bytes, random);
      };
      maybe_unknown();
      append_field(bytes, 3, key_index);
      maybe_unknown();
      append_field(bytes, 1, raw_id);
      maybe_unknown();
      append_field(bytes, 2, linked);
      maybe_unknown();
      const auto details = parse_adv_details(bytes);
      REQUIRE(details);
      CHECK_EQ(details->raw_id, raw_id);
      CHECK_EQ(details->key_index, key_index);
      CHECK((details->linked_at == Time(std::chrono::seconds(linked))));
    }
  }

  TEST_CASE("of an impossible time are not believed") {
    for (const std::uint64_t seconds : {std::uint64_t{0}, std::uint64_t{1230767999},
                                        std::uint64_t{7258118401}, ~std::uint64_t{0}}) {
      Bytes bytes;
      append_field(bytes, 2, seconds);
      CHECK_FALSE(parse_adv_details(bytes));
    }
  }

  TEST_CASE("of any bytes at all give a time between 2009 and 2200 or none") {
    std::mt19937 random(67);
    for (int round = 0; round < 200'000; ++round) {
      Bytes bytes = round % 2 ? kLinked : Bytes(random() % 40);
      for (auto& byte : bytes) {
        if (round % 2 == 0 || random() % 8 == 0) byte = static_cast<std::uint8_t>(random());
      }
      const auto details = parse_adv_details(bytes);
      if (!details || !details->linked_at) continue;
      CHECK_GE(details->linked_at->time_since_epoch(), std::chrono::seconds(1230768000));
      CHECK_LE(details->linked_at->time_since_epoch(), std::chrono::seconds(7258118400));
    }
  }
}
