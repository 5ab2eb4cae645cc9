/// The socket that requests come in by.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "model/session.h"
#include "observe/files/descriptor.h"
#include "serve/address.h"

namespace wasession::serve {

/// Why nobody can be listened to, as a sentence.
class CannotListen : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A listening socket, not blocking. A Unix socket is removed from its directory at the end, if it
/// is still this one.
class Listener {
 public:
  /// Throws CannotListen.
  static Listener on(const Place& place);

  /// Makes the socket with mode 0600. In its place may be a socket that nobody listens to, which a
  /// killed run left behind; anything else, a link too, is left alone and thrown about. Changes the
  /// process's umask for a moment: to be called before there are threads.
  static Listener at(const std::string& path);

  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { close(); }

  /// Nobody can connect from now on.
  void close();

  int descriptor() const { return socket_.get(); }
  /// `http://127.0.0.1:7440`, with the port that the kernel chose; `unix:/run/wasession.sock`.
  const std::string& name() const { return name_; }

 private:
  Listener() = default;

  observe::Descriptor socket_;
  std::string name_;
  std::string path_;       ///< of a Unix socket
  FileIdentity identity_;  ///< likewise
};

}  // namespace wasession::serve
