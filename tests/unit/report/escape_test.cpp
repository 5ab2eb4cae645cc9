#include "report/escape.h"

#include <random>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace wasession::report;

TEST_CASE("nothing of a hostile name reaches the terminal as a command") {
  CHECK(printable("plain/path-1_2.json") == "plain/path-1_2.json");
  CHECK(printable("a\nb\tc\r") == "a\\nb\\tc\\r");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u{9b}31m");
  CHECK(printable("\xe2\x80\xae"
                  "txt.exe") == "\\u{202e}txt.exe");
  CHECK(printable("\xff\xfe") == "\\xff\\xfe");
  CHECK(printable("back\\slash") == "back\\\\slash");
  CHECK(printable("Jos\xc3\xa9 \xe6\xbc\xa2") == "Jos\xc3\xa9 \xe6\xbc\xa2");
}

TEST_CASE("whatever the bytes, printable text holds no control character and JSON stays JSON") {
  std::mt19937 random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    for (std::size_t i = random() % 12; i > 0; --i) bytes += static_cast<char>(random());
    const std::string shown = printable(bytes);
    for (const char c : shown) CHECK(static_cast<unsigned char>(c) >= 0x20);
    std::string json = "\"";
    append_json_escaped(json, bytes);
    CHECK_MESSAGE(nlohmann::json::accept(json + "\""), json);
  }
}

TEST_CASE("a wide character takes two columns, and a cut text fits") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xe6\xbc\xa2\xe5\xad\x97") == 4);
  CHECK(cut_middle("abcdefghij", 7) == "abc…hij");
  CHECK(cut_middle("short", 10) == "short");
  CHECK(cut_middle("abc", 1) == "…");
  const std::string wide = "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97";
  for (std::size_t width = 0; width < 10; ++width)
    CHECK(display_width(cut_middle(wide, width)) <= width);
}
