#include "report/redact.h"

#include <random>
#include <string>

#include <doctest/doctest.h>

using namespace wasession;
using namespace wasession::report;

namespace {

Snapshot account_named(const std::string& name) {
  Snapshot snapshot;
  snapshot.sessions.emplace_back();
  snapshot.sessions.back().credential.account.name = name;
  return snapshot;
}

std::size_t digits_in(const std::string& text) {
  std::size_t count = 0;
  for (const char c : text) count += c >= '0' && c <= '9' ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a number keeps four digits however its other digits are grouped") {
  std::mt19937 random(20261122);  // NOLINT(cert-msc51-cpp): the same numbers every time
  const std::string separators = " -._()";
  for (int round = 0; round < 5000; ++round) {
    std::string number;
    const std::size_t digits = 7 + random() % 9;
    for (std::size_t i = 0; i < digits; ++i) {
      number += static_cast<char>('0' + random() % 10);
      for (std::size_t n = i + 1 < digits ? random() % 3 : 0; n > 0; --n) {
        number += separators[random() % separators.size()];
      }
    }
    const std::string masked = mask_text("/bots/+" + number + "/x");
    CHECK_MESSAGE(digits_in(masked) == 4, number, " became ", masked);
    CHECK_MESSAGE(mask_text(masked) == masked, "masked again, it changed: ", masked);
  }
}

TEST_CASE("short numbers, fingerprints and names of files stay readable") {
  for (const char* text : {"pre-key-812.json", "127.0.0.1", "3a4b522e6286", "byte 6 of 123456",
                           "openclaw/default", ""}) {
    CHECK(mask_text(text) == text);
  }
}

TEST_CASE("user names in home directories are masked") {
  CHECK(mask_text("/home/anna/.openclaw and /Users/Anna") == "/home/***/.openclaw and /Users/***");
}

TEST_CASE("push names are masked wherever they stand and however they are capitalised") {
  const Snapshot snapshot = account_named("Anna Lab");
  CHECK(redact_text("/bots/anna lab/ANNA LAB2", snapshot) == "/bots/***/***2");
  CHECK(redact_text("Anna La", snapshot) == "Anna La");
  CHECK_MESSAGE(redact_text("~/x", account_named("~")) == "~/x",
                "the name of a pending link is found everywhere");
}

TEST_CASE("an account that is named like a tool does not cost the ids their tool") {
  Snapshot snapshot = account_named("OpenClaw");
  snapshot.sessions[0].store.tool = Tool::openclaw;
  snapshot.sessions[0].id = "openclaw/openclaw";
  CHECK(redact(snapshot).sessions[0].id == "openclaw/***");
}
