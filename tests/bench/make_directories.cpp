// Makes DIR/bot-N for N below COUNT: a linked creds.json of about 3.5 KB, each another account and
// another noise key, and 100 key files. Seeded, so that two runs make the same data.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

std::mt19937_64 generator(20261122);

std::string base64(std::size_t bytes) {
  static const char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < (bytes * 8 + 5) / 6; ++i) text += kAlphabet[generator() % 64];
  return text + std::string((4 - text.size() % 4) % 4, '=');
}

std::string buffer(std::size_t bytes) {
  return R"({"type":"Buffer","data":")" + base64(bytes) + "\"}";
}

std::string key_pair() {
  return R"({"private":)" + buffer(32) + R"(,"public":)" + buffer(32) + "}";
}

std::string creds(int number) {
  const std::string phone = std::to_string(15550000000LL + number);
  std::string history;
  for (int i = 0; i < 12; ++i) {
    history += std::string(i == 0 ? "" : ",") + R"({"key":{"remoteJid":")" + phone +
               R"(@s.whatsapp.net","fromMe":true,"id":")" + base64(15) +
               R"("},"messageTimestamp":1795361288})";
  }
  return R"({"noiseKey":)" + key_pair() + R"(,"pairingEphemeralKeyPair":)" + key_pair() +
         R"(,"signedIdentityKey":)" + key_pair() + R"(,"signedPreKey":{"keyPair":)" + key_pair() +
         R"(,"signature":)" + buffer(64) + R"(,"keyId":1},"registrationId":)" +
         std::to_string(number % 16383) + R"(,"advSecretKey":")" + base64(32) +
         R"(","processedHistoryMessages":[)" + history +
         R"(],"nextPreKeyId":813,"firstUnuploadedPreKeyId":813,"accountSyncCounter":1,)"
         R"("accountSettings":{"unarchiveChats":false},"registered":false,"account":{"details":)"
         R"("CMmyweMBEIiUjNgGGAE=","accountSignatureKey":")" +
         base64(32) + R"(","accountSignature":")" + base64(64) + R"(","deviceSignature":")" +
         base64(64) + R"("},"me":{"id":")" + phone + ":" + std::to_string(number % 60 + 1) +
         R"(@s.whatsapp.net","lid":"20000)" + phone +
         R"(:1@lid","name":"Bot"},"platform":"android"})";
}

void write_file(int directory, const char* name, const std::string& content) {
  const int file = openat(directory, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0 ||
      write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    std::perror(name);
    std::exit(1);
  }
  close(file);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string root = argv[1];
  const int count = std::atoi(argv[2]);
  mkdir(root.c_str(), 0755);
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "/bot-%05d", i);
    const std::string path = root + name;
    mkdir(path.c_str(), 0755);
    const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    write_file(directory, "creds.json", creds(i));
    for (int key = 1; key <= 100; ++key) {
      std::snprintf(name, sizeof name, "pre-key-%d.json", key);
      write_file(directory, name, "");
    }
    close(directory);
  }
}
