#include "apply/quarantine/digest.h"

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

namespace wasession::apply {
namespace {

/// Wiped when it goes.
class Buffer {
 public:
  Buffer() : bytes_(std::size_t{64} << 10) {}
  ~Buffer() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  char* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<char> bytes_;
};

}  // namespace

int digest_of(const Descriptor& file, Digest& digest,
              const std::function<int(std::string_view)>& piece) {
  // A configuration may take the algorithms away, or load code into this process.
  static const bool unconfigured = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
  // Freed with its contents wiped: the end of a file stands in it.
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  if (!unconfigured || !context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return ENOMEM;
  }
  Buffer buffer;
  digest.size = 0;
  while (true) {
    const ssize_t count =
        ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(digest.size));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    if (EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1) return EIO;
    if (piece) {
      if (const int error = piece(bytes); error != 0) return error;
    }
    digest.size += bytes.size();
  }
  unsigned length = 0;
  return EVP_DigestFinal_ex(context.get(), digest.sha256.data(), &length) == 1 ? 0 : EIO;
}

std::optional<Digest> digest_at(const Descriptor& directory, const std::string& name) {
  struct stat status {};
  const Descriptor file = open_file(directory, name, status);
  Digest digest;
  if (!file || !S_ISREG(status.st_mode) || digest_of(file, digest) != 0) return std::nullopt;
  return digest;
}

}  // namespace wasession::apply
