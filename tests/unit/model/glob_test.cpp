#include "model/glob.h"

#include <random>
#include <string>

#include <doctest/doctest.h>
#include <fnmatch.h>

using wasession::glob_matches;

TEST_SUITE("a glob") {
  TEST_CASE("matches what the system's fnmatch matches") {
    std::mt19937 random(31);
    const auto text = [&](std::string_view alphabet, std::size_t longest) {
      std::string result;
      for (auto length = random() % (longest + 1); length > 0; --length) {
        result += alphabet[random() % alphabet.size()];
      }
      return result;
    };
    int matches = 0;
    for (int round = 0; round < 200'000; ++round) {
      const std::string pattern = text("aabc/**?[]!-", 10);
      const std::string name = text("abc/]-", 8);
      // POSIX leaves a range that runs backwards and one that ends in a bracket undefined.
      if (pattern.find('-') != std::string::npos && pattern.find('[') != std::string::npos)
        continue;
      const bool expected = ::fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
      matches += expected;
      CHECK_MESSAGE(glob_matches(pattern, name) == expected, pattern << " and " << name);
    }
    CHECK_GT(matches, 5000);
  }

  TEST_CASE("has ranges and their opposite") {
    CHECK(glob_matches("[a-c]x[!0-9]", "bxz"));
    CHECK_FALSE(glob_matches("[a-c]x[!0-9]", "dxz"));
    CHECK_FALSE(glob_matches("[a-c]x[^0-9]", "ax7"));
    CHECK(glob_matches("[a-]", "-"));
    CHECK(glob_matches("[]]", "]"));
  }

  TEST_CASE("counts characters, not bytes") {
    CHECK(glob_matches("caf?", "caf\xc3\xa9"));
    CHECK(glob_matches("[\xc3\xa9-\xc3\xab]", "\xc3\xaa"));
    CHECK(glob_matches("?", "\xff"));
    CHECK_FALSE(glob_matches("?", "\xff\xfe"));
    CHECK(glob_matches("\xff*", "\xff\xf0\x9f"));
  }

  TEST_CASE("with many stars against a long name ends soon") {
    std::string pattern;
    for (int i = 0; i < 2000; ++i) pattern += "*a";
    CHECK_FALSE(glob_matches(pattern + "b", std::string(4000, 'a')));
    CHECK_FALSE(glob_matches("*" + std::string(4000, '[') + "x", std::string(8000, '[')));
  }
}
