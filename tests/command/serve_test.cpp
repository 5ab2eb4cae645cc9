// What serve answers, to whom, and how it starts and ends.
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fixtures.h"
#include "support/json_contract.h"
#include "support/machine.h"
#include "support/secrets.h"
#include "support/server.h"

using namespace wasession::test;

namespace {

using Arguments = std::vector<std::string>;

constexpr const char* kToken = "correct-horse-battery";
constexpr const char* kAuthorization = "Authorization: Bearer correct-horse-battery\r\n";

/// Looks at nothing but this machine's bots.
Arguments only_bots(const Machine& machine, const Arguments& more = {}) {
  Arguments arguments = {"--only-root", "--root", machine.path("bots")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// Two copies of one credential: nothing is wrong as long as nobody uses them.
void add_bots(const Machine& machine) {
  for (const auto& [below, fixture] :
       {std::pair("bots/lab", "v9-copy-A"), std::pair("bots/lab-backup", "v9-copy-B"),
        std::pair("bots/shop", "v14-linked-msgs")}) {
    std::filesystem::permissions(machine.add_baileys(below, fixture), std::filesystem::perms(0700));
  }
}

std::string token_file(const Machine& machine, mode_t mode = 0600) {
  const std::string path = machine.files().write_file("token", std::string(kToken) + "\n");
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

Run refused(const Machine& machine, Arguments arguments) {
  arguments.insert(arguments.begin(), "serve");
  return machine.run(arguments);
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("serve answers what list and doctor print, by the same contracts") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine));
  const Response sessions = server.get("/v1/sessions");
  CHECK(sessions.status == 200);
  CHECK(sessions.headers.at("content-type") == "application/json");
  CHECK(sessions.headers.at("cache-control") == "no-store");
  CHECK_MESSAGE(list_violations(sessions.json()) == "", sessions.body);
  CHECK(sessions.json()["sessions"].size() == 3);
  const Response findings = server.get("/v1/findings");
  CHECK(findings.status == 200);
  CHECK_MESSAGE(doctor_violations(findings.json()) == "", findings.body);
  const Response health = server.get("/healthz");
  CHECK_MESSAGE(health.status == 200, health.body);
  CHECK_MESSAGE(health.json()["verdict"] == "warnings", "an idle copy is no error, and is told");
  CHECK(server.get("/readyz").status == 200);
  CHECK(server.get("/readyz").json()["ready"] == true);
  CHECK(server.get("/").json()["paths"].size() == 6);
}

TEST_CASE("an error of doctor's makes /healthz 503 and says which") {
  const Machine machine;
  machine.files().write_file("bots/broken/creds.json", "{\"noiseKey\":{\"private\"");
  const Server server(machine, only_bots(machine));
  const Response health = server.get("/healthz");
  CHECK_MESSAGE(health.status == 503, health.body);
  CHECK(health.json()["verdict"] == "errors");
  CHECK(health.json()["findings"][0]["code"] == "corrupt-credentials");
  CHECK(server.metric("wasession_healthy") == 0);
  CHECK_MESSAGE(server.get("/readyz").status == 200, "to be ill is not to be unready");
}

TEST_CASE("/metrics counts what is there") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine));
  const Response metrics = server.get("/metrics");
  CHECK(metrics.status == 200);
  CHECK(metrics.headers.at("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(says(metrics.body,
             "wasession_sessions{tool=\"baileys\",state=\"linked\",activity=\"idle\"} 3\n"));
  CHECK(server.metric("wasession_healthy") == 1);
  CHECK(server.metric("wasession_scan_failures_total") == 0);
  CHECK(server.metric("wasession_http_responses_total{code=\"200\"}") >= 3);
}

TEST_CASE("HEAD is GET without the body, other methods and paths are refused") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine));
  Client client(server.where());
  for (const char* path : {"/", "/healthz", "/readyz", "/v1/sessions", "/v1/findings"}) {
    const Response whole = client.ask(path);
    client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const Response head = client.receive(true);
    CHECK(head.status == whole.status);
    CHECK_MESSAGE(head.headers.at("content-length") == std::to_string(whole.body.size()), path);
  }
  client.send("DELETE /v1/sessions HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Response deleted = client.receive();
  CHECK(deleted.status == 405);
  CHECK(deleted.headers.at("allow") == "GET, HEAD");
  const Response nowhere = client.ask("/v2/sessions");
  CHECK(nowhere.status == 404);
  CHECK(nowhere.json()["paths"].size() == 6);
}

TEST_CASE("no phone number and no name is in any answer, unless it is asked for") {
  const Machine machine;
  add_bots(machine);
  const std::vector<std::string> numbers = {"15550001111", "155500030014"};
  const std::vector<std::string> paths = {
      "/", "/healthz", "/readyz", "/v1/sessions", "/v1/findings", "/metrics", "/nowhere"};
  {
    const Server server(machine, only_bots(machine));
    for (const std::string& path : paths) {
      const std::string body = server.get(path).body;
      for (const std::string& number : numbers) {
        CHECK_MESSAGE(!says(body, number), path, " shows ", number);
      }
    }
    CHECK(says(server.get("/v1/sessions").body, "15*******11"));
  }
  const Server open(machine, only_bots(machine, {"--show-numbers"}));
  CHECK(says(open.get("/v1/sessions").body, "15550001111"));
  CHECK_MESSAGE(!says(open.get("/metrics").body, "15550001111"), "a label holds a number");
}

TEST_CASE("no secret of a credential is in any answer, and neither is the token") {
  const Machine machine;
  add_bots(machine);
  Secrets secrets;
  for (const char* fixture : {"v9-copy-A", "v14-linked-msgs"}) {
    secrets.add_baileys_directory(baileys_fixture(fixture));
  }
  const Server server(machine,
                      only_bots(machine, {"--show-numbers", "--token-file", token_file(machine)}));
  for (const char* path : {"/", "/healthz", "/v1/sessions", "/v1/findings", "/metrics", "/x"}) {
    const std::string body = server.get(path, kAuthorization).body;
    CHECK_MESSAGE(secrets.found_in(body).empty(), path);
    CHECK_MESSAGE(!says(body, kToken), path);
  }
}

TEST_CASE("a page of another site that made its name lead here gets nothing") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine, {"--host", "bots.example"}));
  const auto asked_for = [&](const std::string& host) {
    Client client(server.where());
    client.send("GET /v1/sessions HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.receive().status;
  };
  CHECK(asked_for("evil.example") == 403);
  CHECK(asked_for("evil.example:7440") == 403);
  CHECK(asked_for("localhost:1") == 200);
  CHECK(asked_for("127.0.0.1:" + server.where()) == 200);
  CHECK(asked_for("bots.example") == 200);
  Client client(server.where());
  client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n");
  CHECK(client.receive().status == 400);
}

TEST_CASE("with a token file every request needs the token, on the loopback too") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine, {"--token-file", token_file(machine)}));
  const Response without = server.get("/healthz");
  CHECK(without.status == 401);
  CHECK(without.headers.at("www-authenticate") == "Bearer");
  CHECK(server.get("/metrics", "Authorization: Bearer wrong-horse-battery-1\r\n").status == 401);
  CHECK(server.get("/healthz", kAuthorization).status == 200);
}

TEST_CASE("serve does not listen to other machines without consent and a token") {
  const Machine machine;
  add_bots(machine);
  const std::string token = token_file(machine);
  for (const Arguments& more :
       {Arguments{}, Arguments{"--allow-remote"}, Arguments{"--token-file", token}}) {
    for (const char* place : {"0.0.0.0:0", "[::]:0", "10.0.0.1:0"}) {
      Arguments arguments = only_bots(machine, {"--listen", place});
      arguments.insert(arguments.end(), more.begin(), more.end());
      const Run run = refused(machine, arguments);
      CHECK(run.exit_status == 2);
      CHECK_MESSAGE(says(run.err, "needs --allow-remote and --token-file"), run.err);
    }
  }
  const Server server(machine, only_bots(machine, {"--listen", "0.0.0.0:0", "--allow-remote",
                                                   "--token-file", token}));
  CHECK(server.get("/healthz").status == 401);
  CHECK(server.get("/healthz", kAuthorization).status == 200);
}

TEST_CASE("a token file that is no secret is refused at the start") {
  const Machine machine;
  for (const std::string& path : {token_file(machine, 0644), machine.path("absent")}) {
    const Run run = refused(machine, only_bots(machine, {"--token-file", path}));
    CHECK(run.exit_status == 2);
    CHECK_MESSAGE(says(run.err, "token file"), run.err);
    CHECK(!says(run.err, kToken));
  }
}

TEST_CASE("wrong options are told before anything listens") {
  const Machine machine;
  for (const Arguments& wrong :
       {Arguments{"--listen", "localhost"}, Arguments{"--listen", "example.org:80"},
        Arguments{"--listen", "127.0.0.1:1", "--unix", "/tmp/x"}, Arguments{"--since", "soon"},
        Arguments{"--refresh", "0"}, Arguments{"--refresh", "nan"}, Arguments{"--fail-on", "info"},
        Arguments{"--endpoint", "no such host"}}) {
    const Run run = refused(machine, only_bots(machine, wrong));
    CHECK_MESSAGE(run.exit_status == 2, wrong.back(), ": ", run.err);
  }
}

TEST_CASE("a port that is in use is told with its number") {
  const Machine machine;
  add_bots(machine);
  const Server server(machine, only_bots(machine));
  const Run run = refused(machine, only_bots(machine, {"--listen", "127.0.0.1:" + server.where()}));
  CHECK(run.exit_status == 3);
  CHECK_MESSAGE(says(run.err, "can't listen on 127.0.0.1:" + server.where()), run.err);
}

TEST_CASE("a Unix socket is its owner's alone, answers any host, and goes at the end") {
  const Machine machine;
  add_bots(machine);
  const std::string path = machine.path("serve.sock");
  Server server(machine, only_bots(machine, {"--unix", path}));
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0600);
  Client client(server.where());
  client.send("GET /healthz HTTP/1.1\r\nHost: whatever\r\n\r\n");
  CHECK(client.receive().status == 200);
  CHECK(server.stop(SIGTERM) == 0);
  CHECK(::lstat(path.c_str(), &status) != 0);
}

TEST_CASE("a file in the socket's place is left alone") {
  const Machine machine;
  const std::string path = machine.files().write_file("serve.sock", "mine");
  const Run run = refused(machine, only_bots(machine, {"--unix", path}));
  CHECK(run.exit_status == 3);
  CHECK_MESSAGE(says(run.err, "no socket"), run.err);
  CHECK(std::filesystem::file_size(path) == 4);
}

TEST_CASE("what nohup started goes on when the terminal closes") {
  const Machine machine;
  add_bots(machine);
  const auto before = std::signal(SIGHUP, SIG_IGN);
  Server server(machine, only_bots(machine));
  static_cast<void>(std::signal(SIGHUP, before));
  REQUIRE(::kill(server.pid(), SIGHUP) == 0);
  CHECK(server.get("/healthz").status == 200);
  CHECK(server.stop(SIGTERM) == 0);
}

TEST_CASE("serve ends with 0 when it is told to, and says nothing but where it listens") {
  const Machine machine;
  add_bots(machine);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    Server server(machine, only_bots(machine));
    CHECK(server.get("/healthz").status == 200);
    Client idle(server.where());
    CHECK(idle.ask("/healthz").status == 200);
    CHECK(server.stop(signal) == 0);
    CHECK(idle.is_closed());
  }
}
