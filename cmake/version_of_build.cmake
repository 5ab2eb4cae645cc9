# Run at each build: writes OUTPUT (version.cpp) when the version or the commit is another than before.
# cmake -DOUTPUT=… -DSOURCE=… -DVERSION=… -P version_of_build.cmake
execute_process(COMMAND git -C ${SOURCE} rev-parse --show-prefix
  RESULT_VARIABLE no_git OUTPUT_VARIABLE prefix ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
file(STRINGS ${SOURCE}/cmake/commit.txt commit LIMIT_COUNT 1)
if(no_git EQUAL 0 AND prefix STREQUAL "")  # not some other repository that the sources lie in
  execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --exclude=* --dirty=+
    OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT commit MATCHES "^[0-9a-f]+\\+?$")
  set(commit "")
else()
  set(commit " (${commit})")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "version.h"

namespace wasession::cmd {

constinit const std::string_view kVersionNumber = "@VERSION@";
constinit const std::string_view kVersion = "wasession @VERSION@@commit@";

}  // namespace wasession::cmd
]])
