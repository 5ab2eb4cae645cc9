#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;

TEST_CASE("a configuration of OpenSSL without SHA-256 costs no session its fingerprint") {
  Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  const auto expected = session_of(machine.list_all(), "baileys/lab");
  machine.environment["OPENSSL_CONF"] = machine.files().write_file(
      "openssl.cnf",
      "openssl_conf = all\n[all]\nproviders = providers\n[providers]\nnull = active\n"
      "[active]\nactivate = 1\n");
  CHECK(session_of(machine.list_all(), "baileys/lab") == expected);
}
