#include <random>
#include <string>

#include <doctest/doctest.h>

#include "observe/processes/connections.h"
#include "observe/processes/connections/addresses.h"
#include "observe/processes/connections/proxy.h"
#include "observe/processes/connections/whatsapp_networks.h"

namespace wasession::observe {
namespace {

constexpr std::string_view kHosts =
    "127.0.0.1 localhost\n"
    "# 9.9.9.9 commented\n"
    "10.0.0.7\tProxy.example  proxy # the proxy.example of the house\n"
    "fd00::7 proxy\n"
    "fe80::1%eth0 zoned\n"
    "not-an-address wrong\n"
    "10.0.0.8 last";

/// All endpoints of a text, as text again: `10.0.0.7:443 [fd00::7]:443`.
std::string shown(std::string_view text) {
  std::string all;
  for (const Endpoint& endpoint : parse_endpoint(text, kHosts)) {
    all += (all.empty() ? "" : " ") + to_string(endpoint);
  }
  return all;
}

std::string proxies_of(std::string_view environment) {
  std::string all;
  for (const Endpoint& endpoint : proxies_in(environment)) {
    all += (all.empty() ? "" : " ") + to_string(endpoint);
  }
  return all;
}

bool bit_of(const Address& address, unsigned position) {
  return (address[position / 8] >> (7 - position % 8) & 1) != 0;
}

bool slowly_contains(const Network& network, const Address& address) {
  for (unsigned position = 0; position < network.bits; ++position) {
    if (bit_of(network.first, position) != bit_of(address, position)) return false;
  }
  return true;
}

bool slowly_whatsapp(const Address& address) {
  for (const std::string_view text : kWhatsAppNetworks) {
    if (slowly_contains(*parse_network(text), address)) return true;
  }
  return false;
}

Address plus(Address address, int one) {
  for (std::size_t i = address.size(); i-- > 0;) {
    const int sum = address[i] + one;
    address[i] = static_cast<std::uint8_t>(sum);
    if (sum >= 0 && sum <= 255) break;
  }
  return address;
}

Address last_of(const Network& network) {
  Address last = network.first;
  for (unsigned position = network.bits; position < 128; ++position) {
    last[position / 8] = static_cast<std::uint8_t>(last[position / 8] | (0x80U >> position % 8));
  }
  return last;
}

Address random_address(std::mt19937& random) {
  Address address{};
  for (std::uint8_t& byte : address)
    byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0 : random());
  if (random() % 2 == 0) address = address_of(std::span(address).first(4));
  return address;
}

}  // namespace

TEST_SUITE("endpoints") {
  TEST_CASE("an --endpoint is understood in every form that the help names") {
    CHECK_EQ(shown("127.0.0.1:8080"), "127.0.0.1:8080");
    CHECK_EQ(shown("[::1]:443"), "[::1]:443");
    CHECK_EQ(shown("[2A03:2880:0:0::1]:5222"), "[2a03:2880::1]:5222");
    CHECK_EQ(shown("127.0.0.1"), "127.0.0.1");
    CHECK_EQ(shown("[::1]"), "[::1]");
    CHECK_EQ(shown("localhost:8080"), "127.0.0.1:8080 [::1]:8080");
    CHECK_EQ(shown("LocalHost:1"), "127.0.0.1:1 [::1]:1");
  }

  TEST_CASE("a name of the hosts file is every address that the file gives it") {
    CHECK_EQ(shown("proxy:443"), "10.0.0.7:443 [fd00::7]:443");
    CHECK_EQ(shown("PROXY.EXAMPLE:443"), "10.0.0.7:443");
    CHECK_EQ(shown("last:1"), "10.0.0.8:1");
    for (const char* name : {"commented:1", "house:1", "zoned:1", "wrong:1", "unknown:1", "10:1"}) {
      CAPTURE(name);
      CHECK_EQ(shown(name), "");
    }
  }

  TEST_CASE("what is no endpoint is none, and not half of one") {
    for (const std::string_view text : {std::string_view(""),
                                        std::string_view(":443"),
                                        std::string_view("[]:443"),
                                        std::string_view("127.0.0.1:"),
                                        std::string_view("127.0.0.1:0"),
                                        std::string_view("127.0.0.1:65536"),
                                        std::string_view("127.0.0.1:-1"),
                                        std::string_view("127.0.0.1:+1"),
                                        std::string_view("127.0.0.1: 1"),
                                        std::string_view("127.0.0.1:80x"),
                                        std::string_view("127.0.0.1:80:80"),
                                        std::string_view("127.0.0.256:80"),
                                        std::string_view("127.1:80"),
                                        std::string_view("[127.0.0.1]:80"),
                                        std::string_view("[localhost]:80"),
                                        std::string_view("::1"),
                                        std::string_view("[::1"),
                                        std::string_view("[::1]443"),
                                        std::string_view("[::1%lo]:443"),
                                        std::string_view("127.0.0.1\0:80", 13),
                                        std::string_view("127.0.0.1\0", 10),
                                        std::string_view("http://127.0.0.1:80")}) {
      CAPTURE(text);
      CHECK_EQ(shown(text), "");
    }
  }

  TEST_CASE("an endpoint that is shown is the one that is read back") {
    std::mt19937 random(4711);
    for (int round = 0; round < 20'000; ++round) {
      const Endpoint endpoint{random_address(random), static_cast<std::uint16_t>(random())};
      const std::string text = to_string(endpoint);
      const auto back = parse_endpoint(text, "");
      REQUIRE_MESSAGE(back.size() == 1, text << " is not understood");
      REQUIRE_MESSAGE(back.front() == endpoint, text << " became another endpoint");
    }
  }

  TEST_CASE("any bytes at all are endpoints or none, and never harm") {
    std::mt19937 random(7);
    constexpr std::string_view kPieces[] = {"[",         "]",         ":",     "::",    ".",
                                            "127.0.0.1", "localhost", "proxy", "65535", "ffff",
                                            "%",         "\0",        " ",     "\xff"};
    for (int round = 0; round < 20'000; ++round) {
      std::string text;
      for (auto pieces = random() % 7; pieces > 0; --pieces) {
        text += kPieces[random() % std::size(kPieces)];
      }
      for (const Endpoint& endpoint : parse_endpoint(text, kHosts)) {
        REQUIRE(parse_endpoint(to_string(endpoint), "").size() == 1);
      }
      parse_endpoint("proxy:1", text);
      proxies_in("ALL_PROXY=" + text);
    }
  }
}

TEST_SUITE("WhatsApp's networks") {
  TEST_CASE("every entry of the table is a network without a mistyped bit") {
    for (const std::string_view text : kWhatsAppNetworks) {
      CHECK_MESSAGE(parse_network(text), text << " is no network");
    }
    for (const char* wrong : {"157.240.0.1/16", "157.240.0.0", "157.240.0.0/33", "2a03:2880::/129",
                              "157.240.0.0/", "157.240.0.0/16 ", "x/16", "/16"}) {
      CHECK_MESSAGE(!parse_network(wrong), wrong << " was taken for a network");
    }
  }

  TEST_CASE("an address is WhatsApp's exactly when a bit by bit comparison says so") {
    std::mt19937 random(1);
    int inside = 0;
    const auto check = [&](const Address& address) {
      const bool expected = slowly_whatsapp(address);
      inside += expected ? 1 : 0;
      REQUIRE_MESSAGE(is_whatsapp({address, 443}) == expected, to_string(Endpoint{address, 443}));
    };
    for (const std::string_view text : kWhatsAppNetworks) {
      const Network network = *parse_network(text);
      for (const Address& border : {network.first, last_of(network)}) {
        CHECK_MESSAGE(is_whatsapp({border, 443}), text << " does not contain its own border");
        for (const int step : {-1, 0, 1}) check(plus(border, step));
      }
      for (int round = 0; round < 500; ++round) {
        Address address = network.first;
        address[random() % 16] = static_cast<std::uint8_t>(random());
        check(address);
        check(random_address(random));
      }
    }
    CHECK(inside > 1000);
  }

  TEST_CASE("a prefix of any length contains what shares its bits, and nothing else") {
    std::mt19937 random(2);
    for (int round = 0; round < 20'000; ++round) {
      const Network network{random_address(random), static_cast<unsigned>(random() % 129)};
      Address near = network.first;
      const unsigned flipped = random() % 128;
      near[flipped / 8] = static_cast<std::uint8_t>(near[flipped / 8] ^ (0x80U >> flipped % 8));
      REQUIRE_EQ(network.contains(near), slowly_contains(network, near));
      REQUIRE(network.contains(network.first));
    }
  }

  TEST_CASE("only the ports of WhatsApp's clients count") {
    const Address address = *parse_address("157.240.1.60");
    CHECK(is_whatsapp({address, 443}));
    CHECK(is_whatsapp({address, 5222}));
    CHECK_FALSE(is_whatsapp({address, 80}));
    CHECK_FALSE(is_whatsapp({address, 0}));
    CHECK_FALSE(is_whatsapp({*parse_address("157.239.255.255"), 443}));
    CHECK(is_whatsapp({*parse_address("::ffff:157.240.1.60"), 443}));
  }
}

TEST_SUITE("proxies of a process") {
  TEST_CASE("the proxy of a variable is its address and port, in every form people write") {
    using namespace std::string_view_literals;
    CHECK_EQ(proxies_of("HTTPS_PROXY=http://user:p%40w@10.0.0.1:3128/\0"sv), "10.0.0.1:3128");
    CHECK_EQ(proxies_of("https_proxy=http://a@b:c@d@10.0.0.1:3128\0"sv), "10.0.0.1:3128");
    CHECK_EQ(proxies_of("ALL_PROXY=socks5://127.0.0.1:1080\0"sv), "127.0.0.1:1080");
    CHECK_EQ(proxies_of("all_proxy=socks5h://[::1]\0"sv), "[::1]:1080");
    CHECK_EQ(proxies_of("HTTP_PROXY=http://10.0.0.1\0"sv), "10.0.0.1:80");
    CHECK_EQ(proxies_of("http_proxy=https://10.0.0.1/?x@y\0"sv), "10.0.0.1:443");
    CHECK_EQ(proxies_of("WHATSAPP_PROXY=10.0.0.1:8888\0"sv), "10.0.0.1:8888");
    CHECK_EQ(proxies_of("SOCKS_PROXY=localhost:9050\0A=b\0socks_proxy=10.0.0.2\0"sv),
             "127.0.0.1:9050 [::1]:9050 10.0.0.2:80");
  }

  TEST_CASE("a variable that names no address is no proxy") {
    using namespace std::string_view_literals;
    CHECK_EQ(proxies_of("HTTPS_PROXY=\0HTTP_PROXY\0ALL_PROXY=http://\0NO_PROXY=10.0.0.1\0"sv), "");
    CHECK_EQ(proxies_of("HTTPS_PROXY=http://proxy.example:3128\0MY_HTTPS_PROXY=10.0.0.1\0"sv), "");
  }
}

}  // namespace wasession::observe
