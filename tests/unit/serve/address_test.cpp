#include "serve/address.h"

#include <string>

#include <doctest/doctest.h>

using namespace wasession::serve;

namespace {

Address address(const std::string& text) {
  const auto parsed = parse_address(text);
  REQUIRE_MESSAGE(parsed, text);
  return *parsed;
}

}  // namespace

TEST_CASE("--listen takes an address as a number, or localhost, and a port") {
  CHECK(to_string(parse_place("127.0.0.1:7440").value()) == "127.0.0.1:7440");
  CHECK(to_string(parse_place("[::1]:80").value()) == "[::1]:80");
  CHECK(to_string(parse_place("LocalHost:1").value()) == "127.0.0.1:1");
  CHECK(parse_place("127.0.0.1:0")->port == 0);
  for (const char* wrong : {"", "127.0.0.1", ":7440", "7440", "example.org:7440", "127.0.0.1:65536",
                            "127.0.0.1:", "127.0.0.1:7440x", "::1:7440", "[127.0.0.1", "[::1]7440",
                            "127.0.0.1:-1", "127.1:80"}) {
    CHECK_MESSAGE(!parse_place(wrong), wrong);
  }
}

TEST_CASE("loopback is what no other machine reaches") {
  for (const char* loopback : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    CHECK_MESSAGE(address(loopback).is_loopback(), loopback);
  }
  for (const char* remote : {"0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1",
                             "192.168.0.1", "128.0.0.1", "::2"}) {
    CHECK_MESSAGE(!address(remote).is_loopback(), remote);
  }
  CHECK(address("0.0.0.0").is_any());
  CHECK(address("::").is_any());
  CHECK_FALSE(address("127.0.0.1").is_any());
}

TEST_CASE("a page of another site that makes its name lead here is not answered") {
  const AllowedHosts hosts(address("127.0.0.1"), {});
  for (const char* own : {"localhost", "localhost:7440", "LOCALHOST", "localhost.", "127.0.0.1",
                          "127.0.0.1:7440", "127.5.5.5:1", "[::1]:7440", "[::1]"}) {
    CHECK_MESSAGE(hosts.allows(own), own);
  }
  for (const char* foreign :
       {"evil.example", "evil.example:7440", "localhost.evil.example", "127.0.0.1.evil.example",
        "127.0.0.1.nip.io", "10.0.0.1", "0.0.0.0", "", ":7440", "[::1", "[evil.example]",
        "evil.example@localhost", "localhost evil.example"}) {
    CHECK_MESSAGE(!hosts.allows(foreign), foreign);
  }
}

TEST_CASE("the address that is listened on, and names that people gave, are answered") {
  const AllowedHosts one(address("10.1.2.3"), {"bots.example"});
  CHECK(one.allows("10.1.2.3:7440"));
  CHECK(one.allows("bots.example"));
  CHECK(one.allows("Bots.Example:443"));
  CHECK_FALSE(one.allows("10.1.2.4"));
  CHECK_FALSE(one.allows("x.bots.example"));
  const AllowedHosts every(address("0.0.0.0"), {});
  CHECK_MESSAGE(every.allows("192.168.7.7:7440"), "an address as a number can't be rebound");
  CHECK_FALSE(every.allows("evil.example"));
}

TEST_CASE("on a Unix socket any host may be asked for") {
  const AllowedHosts hosts;
  CHECK(hosts.allows("anything"));
  CHECK(hosts.allows(""));
}
