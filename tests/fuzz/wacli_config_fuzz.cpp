#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "observe/places/wacli_config.h"

/// Whatever config.yaml holds, parsing ends, and a name or a path that comes out is usable as one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& account : wasession::observe::parse_wacli_config(text, "config.yaml").accounts) {
    const bool usable = !account.name.empty() && account.name.find('/') == std::string::npos &&
                        (account.name + account.store).find('\0') == std::string::npos;
    if (!usable) std::abort();
  }
  return 0;
}
