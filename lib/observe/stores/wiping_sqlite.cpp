#include "observe/stores/wiping_sqlite.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include <openssl/crypto.h>
#include <sqlite3.h>

namespace wasession::observe {
namespace {

/// In front of each block: SQLite frees without saying how much.
struct alignas(std::max_align_t) Header {
  int size;
};

Header* header_of(void* block) {
  return static_cast<Header*>(block) - 1;
}

extern "C" {

void* wiping_malloc(int size) {
  void* memory = std::malloc(sizeof(Header) + static_cast<std::size_t>(size));
  if (memory == nullptr) return nullptr;
  return new (memory) Header{size} + 1;
}

int wiping_size(void* block) {
  return block == nullptr ? 0 : header_of(block)->size;
}

void wiping_free(void* block) {
  if (block == nullptr) return;
  OPENSSL_cleanse(block, static_cast<std::size_t>(wiping_size(block)));
  std::free(header_of(block));
}

void* wiping_realloc(void* block, int size) {
  if (size <= wiping_size(block)) return block;
  void* larger = wiping_malloc(size);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, static_cast<std::size_t>(wiping_size(block)));
  wiping_free(block);
  return larger;
}

int wiping_roundup(int size) {
  return (size + 7) & ~7;
}

int wiping_init(void*) {
  return SQLITE_OK;
}

void wiping_shutdown(void*) {}

}  // extern "C"

const bool kConfiguredBeforeMain = sqlite_wipes_memory();

}  // namespace

bool sqlite_wipes_memory() {
  static const bool configured = [] {
    sqlite3_mem_methods methods{wiping_malloc,  wiping_free, wiping_realloc,  wiping_size,
                                wiping_roundup, wiping_init, wiping_shutdown, nullptr};
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
  }();
  static_cast<void>(kConfiguredBeforeMain);
  return configured;
}

}  // namespace wasession::observe
