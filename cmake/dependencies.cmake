# Every dependency is a Debian package (README.md says what each is for). Where a static library is
# packaged, WASESSION_STATIC takes it.
if(WASESSION_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fPIE)
  add_link_options(-static-pie)
endif()

find_package(Threads REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
add_library(wasession_fmt STATIC cmake/fmt.cpp)
target_include_directories(wasession_fmt PUBLIC
  $<TARGET_PROPERTY:fmt::fmt-header-only,INTERFACE_INCLUDE_DIRECTORIES>)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)  # logs that logrotate compressed
find_package(SQLiteCpp CONFIG REQUIRED)
find_package(Boost 1.74 REQUIRED)  # Asio and Beast, of which only headers are used
# Coroutines are not used, and Asio 1.74 takes those of clang 14 for an older draft of them.
target_compile_definitions(Boost::headers INTERFACE BOOST_ASIO_DISABLE_CO_AWAIT)
if(NOT TARGET SQLiteCpp)
  message(FATAL_ERROR "SQLiteCpp is not installed (Debian: libsqlitecpp-dev)")
endif()

# These packages bring no CMake target that names a static library.
function(import_library name header)
  find_library(${name}_LIBRARY NAMES ${name} REQUIRED)
  find_path(${name}_INCLUDE NAMES ${header} REQUIRED)
  add_library(${name} UNKNOWN IMPORTED)
  set_target_properties(${name} PROPERTIES
    IMPORTED_LOCATION ${${name}_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
endfunction()
import_library(yaml-cpp yaml-cpp/yaml.h)
import_library(utf8proc utf8proc.h)
