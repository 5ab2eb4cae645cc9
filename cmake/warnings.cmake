# Warnings as errors and sanitizers, for our own targets only.
add_library(wasession_warnings INTERFACE)
target_compile_options(wasession_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(WASESSION_SANITIZE)
  add_compile_options(-fsanitize=${WASESSION_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WASESSION_SANITIZE})
endif()
