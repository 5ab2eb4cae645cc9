/// The proxies that a process is told to use.
#pragma once

#include <string_view>
#include <vector>

#include "observe/processes/connections.h"

namespace wasession::observe {

/// The proxies named by HTTPS_PROXY and its like in a block of `NAME=value`, each ended by a NUL.
/// `http://user:password@10.0.0.1:3128/`, `socks5://127.0.0.1:1080`, `localhost:3128`; a name other
/// than localhost is left out. User and password are never copied.
std::vector<Endpoint> proxies_in(std::string_view environment);

}  // namespace wasession::observe
