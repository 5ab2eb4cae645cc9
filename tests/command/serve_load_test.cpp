// What strangers, slow clients and floods cost those who ask serve.
#include <csignal>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/machine.h"
#include "support/server.h"

using namespace wasession::test;

namespace {

using Arguments = std::vector<std::string>;

constexpr const char* kRequest = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

Machine& add_bot(Machine& machine) {
  std::filesystem::permissions(machine.add_baileys("bots/lab", "v9-copy-A"),
                               std::filesystem::perms(0700));
  return machine;
}

Arguments only_bots(const Machine& machine, const Arguments& more = {}) {
  Arguments arguments = {"--only-root", "--root", machine.path("bots")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// One who looks every 100 seconds: no test takes so long.
Arguments looking_once(const Machine& machine) {
  return only_bots(machine, {"--refresh", "100"});
}

}  // namespace

TEST_CASE("a flood of requests costs one look at the machine") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  for (int i = 0; i < 20; ++i) {
    Client client(server.where());
    for (const char* path : {"/healthz", "/v1/sessions", "/v1/findings", "/metrics", "/readyz"}) {
      CHECK(client.ask(path).status == 200);
    }
  }
  CHECK(server.metric("wasession_scans_total") == 1);
}

TEST_CASE("an answer is not older than twice the time that was asked for") {
  Machine machine;
  const Server server(add_bot(machine), only_bots(machine, {"--refresh", "0.1"}));
  CHECK(server.get("/v1/sessions").json()["sessions"].size() == 1);
  machine.add_baileys("bots/new", "v14-linked-msgs");
  machine.hand_over();
  // Each look that goes on between is one more than there were.
  const double scans = server.metric("wasession_scans_total");
  while (server.metric("wasession_scans_total") < scans + 2) {
  }
  CHECK(server.get("/v1/sessions").json()["sessions"].size() == 2);
}

TEST_CASE("requests that come together are answered in their order") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  Client client(server.where());
  std::string requests;
  const std::vector<std::pair<std::string, int>> expected = {
      {"/healthz", 200}, {"/nowhere", 404}, {"/metrics", 200}, {"/v1/findings", 200}, {"/x", 404}};
  for (int round = 0; round < 40; ++round) {
    for (const auto& [path, status] : expected) {
      requests += "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }
  }
  REQUIRE(client.send(requests));
  client.finish();
  for (int round = 0; round < 40; ++round) {
    for (const auto& [path, status] : expected) CHECK(client.receive().status == status);
  }
  CHECK(client.is_closed());
}

TEST_CASE("a client that sends its head byte by byte keeps nobody waiting") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<Client>(server.where()));
    slow.back()->send("GET /healthz HTTP/1.1\r\nHo");
  }
  for (int i = 0; i < 50; ++i) {
    CHECK(server.get("/healthz").status == 200);
    slow[static_cast<std::size_t>(i)]->send("s");
  }
  // Its deadline is for the whole head, however often another byte comes.
  Client& last = *slow.back();
  int bytes = 0;
  while (last.send("t") && ++bytes < 1000) ::usleep(20'000);
  CHECK_MESSAGE(bytes < 1000, "a head may take more than 20 seconds");
}

TEST_CASE("thousands of silent connections keep nobody out") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t many = std::min<std::size_t>(limit.rlim_cur - 100, 2500);
  std::vector<std::unique_ptr<Client>> silent;
  for (std::size_t i = 0; i < many; ++i) {
    silent.push_back(std::make_unique<Client>(server.where()));
    if (i % 500 == 0) CHECK(server.get("/healthz").status == 200);
  }
  CHECK(server.get("/healthz").status == 200);
  CHECK(server.metric("wasession_http_connections") <= 512);
  CHECK(server.metric("wasession_http_connections_dropped_total") >=
        static_cast<double>(many) - 512);
}

TEST_CASE("a server that may open few files drops silent clients and goes on") {
  Machine machine;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit few = before;
  few.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const Server server(add_bot(machine), only_bots(machine, {"--refresh", "0.1"}));
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  std::vector<std::unique_ptr<Client>> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(std::make_unique<Client>(server.where()));
    CHECK(server.get("/healthz").status == 200);
  }
  CHECK(server.metric("wasession_scan_failures_total") == 0);
}

TEST_CASE("a head or a body that is too long is refused, and the refusal arrives") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  {
    Client client(server.where());
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(40'000, 'x') +
                "\r\n\r\n");
    CHECK(client.receive().status == 431);
    CHECK(client.is_closed());
  }
  {
    Client client(server.where());
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n");
    CHECK(client.receive().status == 413);
    CHECK(client.is_closed());
  }
  {
    Client client(server.where());
    client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
    CHECK_MESSAGE(client.receive().status == 200, "the body of a GET is not ignored");
    CHECK(client.ask("/readyz").status == 200);
  }
  CHECK(server.get("/healthz").status == 200);
}

TEST_CASE("a client that asks and hangs up half-way is answered") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  Client client(server.where());
  client.send(kRequest);
  client.finish();
  CHECK(client.receive().status == 200);
  CHECK(client.is_closed());
}

TEST_CASE("a client of HTTP/1.0 is answered, and its connection ends") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  Client client(server.where());
  client.send("GET /healthz HTTP/1.0\r\n\r\n");
  const Response response = client.receive();
  CHECK(response.status == 200);
  CHECK(response.headers.at("connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a client that asks for much and reads nothing keeps nobody waiting") {
  Machine machine;
  const Server server(add_bot(machine), looking_once(machine));
  Client greedy(server.where());
  const std::string one = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::string many;
  for (int i = 0; i < 400; ++i) many += one;
  REQUIRE(greedy.send(many));
  for (int i = 0; i < 50; ++i) CHECK(server.get("/healthz").status == 200);
}

TEST_CASE("clients that ask for much and read nothing keep nobody out, however many they are") {
  Machine machine;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit few = before;
  few.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  add_bot(machine);
  Arguments arguments = looking_once(machine);
  // Its buffers are small: replies soon wait for their reader.
  arguments.insert(arguments.end(), {"--unix", machine.path("socket")});
  const Server server(machine, arguments);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  std::string many;
  for (int i = 0; i < 400; ++i) many += "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::vector<std::unique_ptr<Client>> greedy;
  for (int i = 0; i < 50; ++i) {
    greedy.push_back(std::make_unique<Client>(server.where()));
    greedy.back()->send(many);
    CHECK(greedy.back()->receive().status == 200);
    CHECK_MESSAGE(server.get("/healthz").status == 200, i, " others read nothing");
  }
}

TEST_CASE("random and mutated bytes never end it, and it answers as before") {
  Machine machine;
  Server server(add_bot(machine), looking_once(machine));
  std::mt19937 random(20261122);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  const std::string sample =
      "GET /v1/sessions HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = round % 5 == 0 ? std::string(below(300), ' ') : sample;
    const std::size_t changes = round % 5 == 0 ? bytes.size() : 1 + below(6);
    for (std::size_t i = 0; i < changes && !bytes.empty(); ++i) {
      const std::size_t at = below(bytes.size());
      switch (below(3)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, below(20));
          break;
        default:
          bytes.insert(at, bytes.substr(below(bytes.size()), below(20)));
      }
    }
    Client client(server.where());
    client.send(bytes);
    client.finish();
    if (round % 100 == 0) REQUIRE(server.get("/healthz").status == 200);
  }
  CHECK(server.get("/healthz").status == 200);
  CHECK(server.metric("wasession_scans_total") == 1);
  CHECK(server.stop(SIGTERM) == 0);
}
