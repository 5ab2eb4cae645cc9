/// What a request asks for, and whether it may: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "serve/address.h"
#include "serve/token.h"

namespace wasession::serve {

enum class Route { index, health, ready, sessions, findings, metrics };

/// As it came over the wire; views into the parser's memory.
struct Request {
  std::string_view method;
  std::string_view target;
  std::optional<std::string_view> host;
  std::string_view authorization;
  unsigned version = 11;  ///< of HTTP, times ten
};

struct Rules {
  AllowedHosts hosts;
  std::optional<Token> token;
};

struct Routed {
  int status = 200;
  Route route = Route::index;  ///< with 200
  std::string body;            ///< of a refusal: a JSON object with `error`
  std::string_view header;     ///< that goes with the refusal, a whole line
};

/// The host is looked at first, because nothing may be learnt from an answer to a page of another
/// site; then the token, before anything tells which paths there are.
Routed route(const Request& request, const Rules& rules);

/// `{"error":"…"}` and a newline.
std::string error_json(std::string_view what);

/// `wasession.index/1`: the paths and what they are for.
std::string index_json();

}  // namespace wasession::serve
