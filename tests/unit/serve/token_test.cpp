#include "serve/token.h"

#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/run.h"
#include "support/temporary_directory.h"

using namespace wasession;
using wasession::serve::Token;
using wasession::test::TemporaryDirectory;

namespace {

constexpr const char* kToken = "correct-horse-battery";

std::string token_file(const TemporaryDirectory& directory, const std::string& content,
                       mode_t mode = 0600) {
  std::string path = directory.write_file("token", content);
  REQUIRE(::chmod(path.c_str(), mode) == 0);
  return path;
}

/// Why the file is refused; empty when it is taken.
std::string refusal(const std::string& path) {
  try {
    static_cast<void>(Token::from_file(path));
    return {};
  } catch (const serve::UnusableToken& error) {
    return error.what();
  }
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a request with the token is let in, and no other one") {
  const TemporaryDirectory directory;
  const Token token = Token::from_file(token_file(directory, std::string(kToken) + "\r\nmore\n"));
  CHECK(token.is_in("Bearer correct-horse-battery"));
  CHECK(token.is_in("bearer correct-horse-battery"));
  for (const char* wrong : {"", "Bearer", "Bearer ", "correct-horse-battery",
                            "Basic correct-horse-battery", "Bearer correct-horse-batter",
                            "Bearer correct-horse-battery ", "Bearer correct-horse-batteryX",
                            "Bearer Correct-horse-battery", "Bearer  correct-horse-battery"}) {
    CHECK_MESSAGE(!token.is_in(wrong), "let in: ", wrong);
  }
}

TEST_CASE("a token file that others may read is refused, with the cure") {
  const TemporaryDirectory directory;
  for (const mode_t mode : {0644U, 0640U, 0604U, 0620U, 0601U}) {
    const std::string why = refusal(token_file(directory, kToken, mode));
    CHECK_MESSAGE(says(why, "chmod 600"), why);
  }
  CHECK(refusal(token_file(directory, kToken, 0400)).empty());
}

TEST_CASE("a token file of another user is refused") {
  if (::geteuid() != 0) {
    MESSAGE("skipped: only root can give a file away");
    return;
  }
  const TemporaryDirectory directory;
  const std::string path = token_file(directory, kToken);
  REQUIRE(::chown(path.c_str(), test::kPersonId, test::kPersonId) == 0);
  CHECK(says(refusal(path), "another user"));
}

TEST_CASE("what is no regular file is no token file") {
  const TemporaryDirectory directory;
  const std::string path = token_file(directory, kToken);
  CHECK(says(refusal(directory.make_link("link", path)), "symbolic link"));
  CHECK(says(refusal(directory.path()), "directory"));
  CHECK(says(refusal("/dev/zero"), "regular file"));
  CHECK(says(refusal(directory.path("absent")), "can't be read"));
  REQUIRE(::mkfifo(directory.path("fifo").c_str(), 0600) == 0);
  CHECK(says(refusal(directory.path("fifo")), "FIFO"));
}

TEST_CASE("a token that can be guessed, or that no header can carry, is refused") {
  const TemporaryDirectory directory;
  CHECK(says(refusal(token_file(directory, "")), "0 characters"));
  CHECK(says(refusal(token_file(directory, "fifteen-letters\n")), "15 characters"));
  CHECK(says(refusal(token_file(directory, "\ncorrect-horse-battery\n")), "0 characters"));
  CHECK(says(refusal(token_file(directory, "correct horse battery\n")), "no bearer token"));
  CHECK(says(refusal(token_file(directory, std::string(5000, 'a'))), "can't be read"));
}

TEST_CASE("no refusal shows the token") {
  const TemporaryDirectory directory;
  const std::string why = refusal(token_file(directory, "secret word with blanks"));
  CHECK_MESSAGE(!says(why, "secret"), why);
}
