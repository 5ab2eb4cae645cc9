# Warnings as errors and sanitizers, for our own targets only.
add_library(wasession_warnings INTERFACE)
target_compile_options(wasession_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 on std::string's operator+ (GCC bug 105651).
  target_compile_options(wasession_warnings INTERFACE -Wno-restrict)
endif()
if(WASESSION_SANITIZE)
  add_compile_options(-fsanitize=${WASESSION_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WASESSION_SANITIZE})
endif()
if(WASESSION_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Under a sanitizer g++ takes parts of std::regex for uninitialised (GCC bug 105562).
  target_compile_options(wasession_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
