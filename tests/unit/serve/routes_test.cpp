#include "serve/routes.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "support/temporary_directory.h"

using namespace wasession::serve;

namespace {

Request get(std::string_view target) {
  Request request;
  request.method = "GET";
  request.target = target;
  request.host = "localhost:7440";
  return request;
}

Rules loopback_rules() {
  return {AllowedHosts(*parse_address("127.0.0.1"), {}), std::nullopt};
}

}  // namespace

TEST_CASE("each path leads to its answer, whatever query follows") {
  const std::vector<std::pair<const char*, Route>> paths = {
      {"/", Route::index},          {"/healthz", Route::health},
      {"/readyz", Route::ready},    {"/v1/sessions", Route::sessions},
      {"/metrics", Route::metrics}, {"/v1/findings?verbose", Route::findings}};
  for (const auto& [path, expected] : paths) {
    const Routed routed = route(get(path), loopback_rules());
    CHECK_MESSAGE(routed.status == 200, path);
    CHECK_MESSAGE(routed.route == expected, path);
  }
}

TEST_CASE("an unknown path names the known ones") {
  for (const char* path : {"/healthz/", "/HEALTHZ", "//", "", "/v1", "/v1/sessions/x", "*",
                           "/../metrics", "http://localhost/healthz"}) {
    const Routed routed = route(get(path), loopback_rules());
    CHECK_MESSAGE(routed.status == 404, path);
    const auto body = nlohmann::json::parse(routed.body);
    CHECK(body["paths"].size() == 6);
    CHECK(body.contains("error"));
  }
}

TEST_CASE("whatever would change something is refused, with the methods that are not") {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "X"}) {
    Request request = get("/healthz");
    request.method = method;
    const Routed routed = route(request, loopback_rules());
    CHECK_MESSAGE(routed.status == 405, method);
    CHECK(routed.header == "Allow: GET, HEAD\r\n");
  }
  Request head = get("/healthz");
  head.method = "HEAD";
  CHECK(route(head, loopback_rules()).status == 200);
}

TEST_CASE("a request without a host is refused, but that of an old client") {
  Request request = get("/healthz");
  request.host.reset();
  CHECK(route(request, loopback_rules()).status == 400);
  request.version = 10;
  CHECK(route(request, loopback_rules()).status == 200);
}

TEST_CASE("a foreign host learns nothing, not even which paths there are") {
  Request request = get("/nowhere");
  request.host = "evil.example";
  const Routed routed = route(request, loopback_rules());
  CHECK(routed.status == 403);
  CHECK(routed.body.find("healthz") == std::string::npos);
}

TEST_CASE("with a token every path needs it, and says how") {
  const wasession::test::TemporaryDirectory directory;
  const std::string file = directory.write_file("token", "correct-horse-battery\n");
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  Rules rules = loopback_rules();
  rules.token = Token::from_file(file);
  for (const char* path : {"/", "/healthz", "/readyz", "/metrics", "/nowhere"}) {
    const Routed routed = route(get(path), rules);
    CHECK_MESSAGE(routed.status == 401, path);
    CHECK(routed.header == "WWW-Authenticate: Bearer\r\n");
  }
  Request allowed = get("/metrics");
  allowed.authorization = "Bearer correct-horse-battery";
  CHECK(route(allowed, rules).status == 200);
}

TEST_CASE("the list of paths is JSON") {
  const auto index = nlohmann::json::parse(index_json());
  CHECK(index["schema"] == "wasession.index/1");
  CHECK(index["paths"].size() == 6);
}
