#include "serve/routes.h"

#include <array>

#include <fmt/format.h>

#include "report/json_writer.h"

namespace wasession::serve {
namespace {

struct Path {
  std::string_view path;
  Route route;
  std::string_view about;
};

constexpr std::array kPaths = {
    Path{"/", Route::index, "this list"},
    Path{"/healthz", Route::health, "503 while doctor finds an error, else 200, and what it found"},
    Path{"/readyz", Route::ready,
         "200 while there is an observation that is not too old, else 503"},
    Path{"/v1/sessions", Route::sessions, "the JSON of wasession list"},
    Path{"/v1/findings", Route::findings, "the JSON of wasession doctor"},
    Path{"/metrics", Route::metrics, "for Prometheus"},
};

void write_error(report::JsonWriter& json, std::string_view what) {
  json.begin_object();
  json.member("error", what);
}

Routed refuse(int status, std::string_view what, std::string_view header = {}) {
  return {status, Route::index, error_json(what), header};
}

Routed no_such_path() {
  Routed routed{404, Route::index, {}, {}};
  report::JsonWriter json(routed.body);
  write_error(json, "there is no such path");
  json.key("paths");
  json.begin_array();
  for (const Path& path : kPaths) json.string(path.path);
  json.end_array();
  json.end_object();
  routed.body += '\n';
  return routed;
}

}  // namespace

Routed route(const Request& request, const Rules& rules) {
  constexpr unsigned kWithHost = 11;
  if (!request.host && request.version >= kWithHost) {
    return refuse(400, "the request has no Host header, or two");
  }
  if (request.host && !rules.hosts.allows(*request.host)) {
    return refuse(403, "this host name is not served: wasession serve --host NAME adds one");
  }
  if (rules.token && !rules.token->is_in(request.authorization)) {
    return refuse(401, "the request needs the header Authorization: Bearer TOKEN",
                  "WWW-Authenticate: Bearer\r\n");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return refuse(405, "only GET and HEAD are answered: nothing can be changed here",
                  "Allow: GET, HEAD\r\n");
  }
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  for (const Path& known : kPaths) {
    if (path == known.path) return {200, known.route, {}, {}};
  }
  return no_such_path();
}

std::string error_json(std::string_view what) {
  std::string out;
  report::JsonWriter json(out);
  write_error(json, what);
  json.end_object();
  out += '\n';
  return out;
}

std::string index_json() {
  std::string out;
  report::JsonWriter json(out);
  json.begin_object();
  json.member("schema", "wasession.index/1");
  json.key("paths");
  json.begin_array();
  for (const Path& path : kPaths) {
    json.begin_object();
    json.member("path", path.path);
    json.member("about", path.about);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  return out;
}

}  // namespace wasession::serve
