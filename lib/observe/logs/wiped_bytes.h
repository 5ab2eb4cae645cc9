/// A buffer for bytes of a log, wiped when it goes: programs write private keys into their logs.
#pragma once

#include <cstddef>
#include <string>

#include <openssl/crypto.h>

namespace wasession::observe::logs {

class WipedBytes {
 public:
  explicit WipedBytes(std::size_t size) : bytes_(size, '\0') {}
  ~WipedBytes() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
  WipedBytes(const WipedBytes&) = delete;
  WipedBytes& operator=(const WipedBytes&) = delete;

  char* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::string bytes_;
};

}  // namespace wasession::observe::logs
