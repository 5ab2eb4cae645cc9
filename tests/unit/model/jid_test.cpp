#include "model/jid.h"

#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace wasession;

TEST_SUITE("a JID") {
  TEST_CASE("is read in every form that the two libraries write") {
    struct Case {
      const char* text;
      Jid jid;
    };
    const Case cases[] = {
        {"15551234567:13@s.whatsapp.net", {"15551234567", {}, 13, "s.whatsapp.net"}},
        {"15551234567.0:13@s.whatsapp.net", {"15551234567", 0, 13, "s.whatsapp.net"}},
        {"15551234567@s.whatsapp.net", {"15551234567", {}, {}, "s.whatsapp.net"}},
        {"98765432101234_1:13@lid", {"98765432101234", 1, 13, "lid"}},
        {"98765432101234:0@lid", {"98765432101234", {}, 0, "lid"}},
    };
    for (const Case& known : cases) {
      CAPTURE(known.text);
      const auto jid = parse_jid(known.text);
      REQUIRE(jid);
      CHECK((*jid == known.jid));
      CHECK_EQ(to_string(*jid), known.text);
    }
  }

  TEST_CASE("of a phone is told from that of a LID") {
    CHECK(is_phone_jid(*parse_jid("1@s.whatsapp.net")));
    CHECK(is_phone_jid(*parse_jid("1@hosted")));
    CHECK_FALSE(is_phone_jid(*parse_jid("1@lid")));
  }

  TEST_CASE("with a part missing, too large or not a number is none") {
    for (const char* text :
         {"",       "@",           "1",         "1@",       "@lid",     ":1@lid",
          "1:@lid", "1:65536@lid", "1:-1@lid",  "1:+1@lid", "1: 1@lid", "1:1:1@lid",
          "1_@lid", "1_65536@lid", "1_1_1@lid", "a@lid",    "1a@lid",   "+1@lid",
          " 1@lid", "1@lid ",      "1@LID",     "1@l\nid",  "1@a@b",    "1@\x1b[2J"}) {
      CHECK_MESSAGE(!parse_jid(text), text);
    }
    CHECK_FALSE(parse_jid(std::string_view("1\0@lid", 6)));
    CHECK_FALSE(parse_jid(std::string(125, '1') + "@lid"));
    CHECK(parse_jid(std::string(124, '1') + "@lid"));
  }

  TEST_CASE("that was printed reads as the same JID") {
    std::mt19937 random(37);
    for (int round = 0; round < 20'000; ++round) {
      Jid jid;
      for (auto length = random() % 20 + 1; length > 0; --length) {
        jid.user += static_cast<char>('0' + random() % 10);
      }
      if (random() % 2) jid.agent = static_cast<std::uint16_t>(random());
      if (random() % 2) jid.device = static_cast<std::uint16_t>(random());
      jid.server = random() % 2 ? "lid" : "s.whatsapp.net";
      const auto read = parse_jid(to_string(jid));
      REQUIRE(read);
      CHECK_MESSAGE((*read == jid), to_string(jid));
    }
  }

  TEST_CASE("read from any bytes is safe to show and reads the same again") {
    std::mt19937 random(41);
    int read = 0;
    for (int round = 0; round < 200'000; ++round) {
      std::string text;
      for (auto length = random() % 14; length > 0; --length) {
        text += random() % 20 == 0 ? static_cast<char>(random())
                                   : "0123456789::@@@lid_."[random() % 20];
      }
      const auto jid = parse_jid(text);
      if (!jid) continue;
      ++read;
      const std::string printed = to_string(*jid);
      CHECK_EQ(printed.find_first_not_of("0123456789:@_.-abcdefghijklmnopqrstuvwxyz"),
               std::string::npos);
      CHECK((parse_jid(printed) == jid));
    }
    CHECK_GT(read, 1000);
  }
}
