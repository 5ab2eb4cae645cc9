#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/lease.h"

/// Whatever stands in a lease file, parsing ends; a record that comes out of it names a process,
/// and is still the same one when it has been written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = wasession::parse_lease(text);
  if (!record) return 0;
  if (record->process.pid <= 0) std::abort();
  const std::string written = wasession::lease_text(*record);
  const auto again = wasession::parse_lease(written);
  if (!again || wasession::lease_text(*again) != written) std::abort();
  return 0;
}
