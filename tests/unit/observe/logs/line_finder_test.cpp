#include "observe/logs/line_finder.h"

#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "observe/logs/needle_scan.h"

using namespace wasession::observe::logs;

namespace {

using Lines = std::vector<std::pair<std::uint64_t, std::string>>;

/// What the finder must do, written down without blocks, buckets and vectors.
Lines naive(const std::string& text, bool finished) {
  Lines lines;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t newline = text.find('\n', start);
    if (newline == std::string::npos && !finished) break;
    std::string line = text.substr(start, newline - start).substr(0, kLongestLine);
    bool holds = false;
    for (const Needle& needle : kNeedles) holds |= line.find(needle.text) != std::string::npos;
    if (line.ends_with('\r')) line.pop_back();
    if (holds) lines.emplace_back(start, line);
    if (newline == std::string::npos) break;
    start = newline + 1;
  }
  return lines;
}

Lines found(const std::string& text, std::size_t largest_block, std::mt19937_64& random,
            bool finished) {
  Lines lines;
  LineFinder finder(0, [&](const LogLine& line) { lines.emplace_back(line.offset, line.text); });
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t size = 1 + random() % largest_block;
    finder.add(std::string_view(text).substr(from, size));
    from += size;
  }
  if (finished) finder.finish();
  return lines;
}

/// Pieces of needles, whole ones, newlines and any bytes, in any order.
std::string random_log(std::mt19937_64& random, std::size_t pieces) {
  std::string text;
  for (std::size_t i = 0; i < pieces; ++i) {
    const Needle& needle = kNeedles[random() % kNeedles.size()];
    switch (random() % 8) {
      case 0:
        text += needle.text;
        break;
      case 1:
        text += needle.text.substr(0, random() % needle.text.size());
        break;
      case 2:
        text += needle.text.substr(random() % needle.text.size());
        break;
      case 3:
      case 4:
        text += random() % 4 == 0 ? "\r\n" : "\n";
        break;
      case 5:
        text.append(random() % 90, static_cast<char>(random()));
        break;
      case 6:
        for (std::size_t n = random() % 60; n > 0; --n) text += static_cast<char>(random());
        break;
      default:
        if (random() % 50 == 0) text.append(kLongestLine - random() % 30, 'x');
    }
  }
  return text;
}

}  // namespace

TEST_CASE("lines are found wherever the blocks of a log end, as a naive search finds them") {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = random_log(random, 20 + random() % 300);
    const bool finished = seed % 2 == 0;
    const std::size_t largest_block = seed % 5 == 0 ? 7 : std::size_t{1} << (random() % 18);
    CAPTURE(seed);
    CHECK_MESSAGE(found(text, largest_block, random, finished) == naive(text, finished),
                  "a line about a disconnect is missed, or another one is taken for it");
  }
}

TEST_CASE("looking at 32 bytes at once finds the same needle as looking at one") {
  if (!has_vectors()) {
    MESSAGE("skipped: this processor has no AVX2");
    return;
  }
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    std::mt19937_64 random(seed);
    const std::string text = random_log(random, random() % 12);
    const auto one = find_needle_bytewise(text, 0);
    const auto many = find_needle_in_vectors(text);
    CAPTURE(seed);
    REQUIRE_EQ(one.has_value(), many.has_value());
    if (one) CHECK_EQ(one->position, many->position);
  }
}

TEST_CASE("every needle is found alone, and its rare bytes are its own") {
  for (const Needle& needle : kNeedles) {
    CAPTURE(needle.text);
    REQUIRE(needle.rare + kRareBytes <= needle.text.size());
    CHECK(needle.bucket < 8);
    CHECK(needle.text.find('\n') == std::string_view::npos);
    for (std::size_t before = 0; before < 70; ++before) {
      const std::string text = std::string(before, '.') + std::string(needle.text);
      const auto hit = find_needle(text);
      REQUIRE(hit);
      CHECK(hit->position <= before + 4);
    }
  }
}

TEST_CASE("a line of 100 MB costs its first 64 KiB and hides no neighbour") {
  Lines lines;
  LineFinder finder(0, [&](const LogLine& line) { lines.emplace_back(line.offset, line.text); });
  const std::string block(std::size_t{1} << 20, 'x');
  finder.add("connection closed ");
  for (int i = 0; i < 100; ++i) finder.add(block);
  finder.add("starting provider\nlogging in...\n");
  REQUIRE_EQ(lines.size(), 2);
  CHECK_EQ(lines[0].second.size(), kLongestLine);
  CHECK_EQ(lines[1].first, 18 + (std::uint64_t{100} << 20) + 18);
}
