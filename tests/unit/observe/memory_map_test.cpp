#include "observe/processes/memory/memory_map.h"

#include <doctest/doctest.h>

namespace wasession::observe {
namespace {

TEST_CASE("only memory that is private, readable and writable is looked at") {
  const auto ranges = private_writable_memory(
      "55d0a0000000-55d0a0001000 r--p 00000000 08:01 131 /usr/bin/node\n"
      "55d0a0001000-55d0a0002000 r-xp 00001000 08:01 131 /usr/bin/node\n"
      "55d0a0002000-55d0a0003000 rw-p 00002000 08:01 131 /usr/bin/node\n"
      "55d0a0003000-55d0a0007000 rw-p 00000000 00:00 0 [heap]\n"
      "7f0000000000-7f0000001000 rw-s 00000000 00:01 9 /dev/shm/rw-p\n"
      "7f0000001000-7f0000002000 rwxp 00000000 00:00 0\n"
      "7f0000003000-7f0000004000 ---p 00000000 00:00 0\n"
      "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]\n"
      "7ffd00021000-7ffd00025000 r--p 00000000 00:00 0 [vvar]\n"
      "nonsense\n\n-\n5-4 rw-p 0 0:0 0\n");
  const std::vector<MemoryRange> expected = {{0x55d0a0002000, 0x55d0a0007000},
                                             {0x7f0000001000, 0x7f0000002000},
                                             {0x7ffd00000000, 0x7ffd00021000}};
  CHECK(ranges == expected);
}

TEST_CASE("a process without memory has no ranges") {
  CHECK(private_writable_memory("").empty());
}

}  // namespace
}  // namespace wasession::observe
