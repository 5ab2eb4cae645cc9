#include "observe/holders/evidence.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "observe/files/descriptor.h"
#include "observe/processes/procfs.h"
#include "observe/processes/procfs_file.h"
#include "support/temporary_directory.h"

using namespace wasession;
using namespace wasession::observe;
using wasession::test::TemporaryDirectory;

namespace {

Session session_at(const std::string& path, StoreKind kind, Tool tool) {
  Session session;
  session.id = path;
  session.store.path = path;
  session.store.kind = kind;
  session.store.tool = tool;
  session.store.identity = facts_of(path).identity;
  return session;
}

/// A bot's auth directory, an OpenClaw's, and a wacli's database, below one directory.
struct Stores {
  Stores() {
    for (const std::string directory :
         {"srv/bot/auth", "home/.openclaw/credentials/whatsapp/biz"}) {
      files.write_file(directory + "/creds.json", "{}");
    }
    files.write_file("home/.wacli/session.db", "");
    sessions = {session_at(files.path("srv/bot/auth"), StoreKind::baileys_directory, Tool::baileys),
                session_at(files.path("home/.openclaw/credentials/whatsapp/biz"),
                           StoreKind::baileys_directory, Tool::openclaw),
                session_at(files.path("home/.wacli/session.db"), StoreKind::whatsmeow_database,
                           Tool::wacli)};
  }

  /// `kind strength` of what ties `reading` to the session at `position`, in the rules' order.
  std::string evidence(const ProcessReading& reading, std::size_t position,
                       std::size_t connections = 0, std::uint64_t start = 0) const {
    const StoreIndex index(sessions);
    Environment environment;
    environment.home = files.path("home");
    environment.working_directory = reading.working_directory;
    const bool suspect = connections > 0 || is_javascript_runtime(reading.executable);
    const Witness witness{reading, index, {}, connections, suspect, start, environment};
    std::string found;
    for (const Tie& tie : evidence_of(witness)) {
      if (index.stores()[tie.store].sessions.front() != position) continue;
      found += std::string(to_string(tie.evidence.kind)) + " " +
               std::string(to_string(tie.evidence.strength)) + "\n";
    }
    return found;
  }

  TemporaryDirectory files;
  std::vector<Session> sessions;
};

constexpr std::size_t kBot = 0, kOpenclaw = 1, kWacli = 2;

/// A block of arguments or variables as /proc shows it.
std::string block(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += piece + '\0';
  return text;
}

ProcessReading process_in(const std::string& directory, const std::string& executable,
                          const std::vector<std::string>& arguments) {
  ProcessReading reading;
  reading.pid = ::getpid();
  reading.working_directory = directory;
  reading.executable = executable;
  reading.arguments = block(arguments);
  return reading;
}

std::uint64_t own_start() {
  const Descriptor self(::open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return parse_status(read_process_file(self.get(), "stat"))->start;
}

}  // namespace

TEST_SUITE("what ties a process to a store") {
  TEST_CASE("a bot is found by its argument, however it is written") {
    const Stores stores;
    const std::string auth = stores.files.path("srv/bot/auth");
    const std::string bot = stores.files.path("srv/bot");
    const std::string kind = "command-line possible\n";
    for (const std::string& argument :
         {auth, auth + "/", "--auth=" + auth, auth + "/creds.json", bot + "/../bot/auth"}) {
      CHECK_MESSAGE(
          stores.evidence(process_in("/", "/usr/bin/node", {"node", "x", argument}), kBot) == kind,
          "not seen in the argument ", argument);
    }
    const auto relative = process_in(bot, "/usr/bin/node", {"node", "bot.js", "auth"});
    CHECK(stores.evidence(relative, kBot).starts_with(kind));
    CHECK(stores.evidence(relative, kOpenclaw) == "");
    const std::string link = stores.files.make_link("srv/current", bot);
    CHECK_MESSAGE(stores.evidence(process_in("/", "/usr/bin/node", {"node", "x", link + "/auth"}),
                                  kBot) == kind,
                  "a symbolic link on the way hides the bot");
  }

  TEST_CASE("a connection to WhatsApp makes a possible holder a likely one, never a certain one") {
    const Stores stores;
    auto reading = process_in(stores.files.path("srv/bot"), "/usr/bin/node", {"node", "bot.js"});
    reading.environment = block({"AUTH=" + stores.files.path("srv/bot/auth")});
    CHECK(stores.evidence(reading, kBot) == "environment possible\nworking-directory possible\n");
    CHECK(stores.evidence(reading, kBot, 1) == "environment likely\nworking-directory likely\n");
  }

  TEST_CASE("a .env file in the working directory of a JavaScript program counts") {
    const Stores stores;
    stores.files.write_file("opt/app/.env", "WA_DIR=" + stores.files.path("srv/bot/auth") + "\n");
    const std::string app = stores.files.path("opt/app");
    CHECK(stores.evidence(process_in(app, "/usr/bin/node", {"x"}), kBot) ==
          "environment possible\n");
    CHECK_MESSAGE(stores.evidence(process_in(app, "/usr/bin/bash", {"bash"}), kBot) == "",
                  "a shell reads no .env file");
  }

  TEST_CASE("words and numbers that are no path of the store tie nothing to it") {
    const Stores stores;
    const std::string auth = stores.files.path("srv/bot/auth");
    auto reading = process_in(auth, "/usr/bin/sleep", {"sleep", "1000", "a b", "", "-"});
    reading.environment = block(
        {"LEVEL=1", "EMPTY=", "HOME=" + stores.files.path("srv/bot"), "PWD=" + auth, "broken"});
    CHECK(stores.evidence(reading, kBot) == "");
  }

  TEST_CASE("a directory above many stores counts for a process with as many connections only") {
    Stores stores;
    for (int i = 0; i < 100; ++i) {
      const std::string path = stores.files.make_directory("srv/many/" + std::to_string(i));
      stores.sessions.push_back(session_at(path, StoreKind::baileys_directory, Tool::baileys));
    }
    const auto server = process_in(stores.files.path("srv/many"), "/opt/server", {"server"});
    CHECK(stores.evidence(server, 3, 1) == "");
    CHECK_MESSAGE(stores.evidence(server, 3, 100) == "working-directory likely\n",
                  "a server of many sessions is not seen");
  }

  TEST_CASE("an editor, a pager or a shell that stands in the directory is no holder") {
    const Stores stores;
    const std::string bot = stores.files.path("srv/bot");
    for (const std::string name : {"/usr/bin/vim.basic", "/bin/bash", "/usr/bin/less"}) {
      CHECK_MESSAGE(stores.evidence(process_in(bot, name, {name}), kBot) == "", name);
    }
  }

  TEST_CASE("a program that stands in a home directory is not tied to the tools' own stores") {
    const Stores stores;
    const auto reading = process_in(stores.files.path("home"), "/usr/bin/node", {"node", "bot.js"});
    CHECK(stores.evidence(reading, kWacli, 1) == "");
    CHECK(stores.evidence(reading, kOpenclaw, 1) == "");
  }

  TEST_CASE("a file that is open for writing is certain; one that is only read is possible") {
    const Stores stores;
    const std::string creds = stores.files.path("srv/bot/auth/creds.json");
    for (const int flags : {O_RDONLY, O_RDWR}) {
      const Descriptor file(::open(creds.c_str(), flags | O_CLOEXEC));
      auto reading = process_in("/", "/opt/bot", {"bot"});
      reading.files.assign(1000, {file.get(), creds});
      CHECK_MESSAGE(stores.evidence(reading, kBot) ==
                        (flags == O_RDWR ? "open-file certain\nopen-file possible\n"
                                         : "open-file possible\n"),
                    "a thousand descriptors are told of once each way");
    }
  }

  TEST_CASE("who opens a wacli's database without its lock and a connection only looks into it") {
    const Stores stores;
    const std::string database = stores.files.path("home/.wacli/session.db");
    const Descriptor file(::open(database.c_str(), O_RDWR | O_CLOEXEC));
    auto reading = process_in("/", "/usr/bin/wacli", {"wacli"});
    reading.files = {{file.get(), database}};
    CHECK(stores.evidence(reading, kWacli) == "open-file possible\n");
    CHECK(stores.evidence(reading, kWacli, 1) == "open-file certain\n");
    reading.executable = "/usr/bin/sqlite3";
    CHECK(stores.evidence(reading, kWacli, 1) == "open-file possible\n");
  }

  TEST_CASE(
      "a file that was deleted, or a descriptor that leads elsewhere by now, proves nothing") {
    const Stores stores;
    const std::string creds = stores.files.path("srv/bot/auth/creds.json");
    const Descriptor other(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto reading = process_in("/", "/opt/bot", {"bot"});
    reading.files = {{other.get(), creds}};
    CHECK_MESSAGE(stores.evidence(reading, kBot) == "open-file possible\n",
                  "a descriptor that was used again for writing elsewhere accuses a reader");
    const Descriptor file(::open(creds.c_str(), O_RDWR | O_CLOEXEC));
    reading.files = {{file.get(), creds, true}};
    CHECK_MESSAGE(stores.evidence(reading, kBot) == "",
                  "what was made anew under an old name is held by who had the old one");
  }

  TEST_CASE("wacli's lock counts while it is held, whatever is written in it") {
    const Stores stores;
    const std::string lock = stores.files.write_file("home/.wacli/LOCK", "pid=1\n");
    const Descriptor file(::open(lock.c_str(), O_RDWR | O_CLOEXEC));
    auto reading = process_in("/", "/usr/bin/wacli", {"wacli"});
    reading.files = {{file.get(), lock}};
    CHECK_MESSAGE(stores.evidence(reading, kWacli) == "", "one that waits for the lock has it not");
    REQUIRE(::flock(file.get(), LOCK_EX | LOCK_NB) == 0);
    CHECK(stores.evidence(reading, kWacli) == "wacli-lock certain\n");
  }

  TEST_CASE("OpenClaw's lock counts when it is open and names this very process") {
    const Stores stores;
    const std::string path = stores.files.path("home/.openclaw/credentials/whatsapp/biz.lock");
    const auto evidence = [&](const std::string& content) {
      stores.files.write_file("home/.openclaw/credentials/whatsapp/biz.lock", content);
      const Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
      auto reading = process_in("/", "/usr/bin/node", {"openclaw-gateway"});
      reading.files = {{file.get(), path}};
      return stores.evidence(reading, kOpenclaw, 0, own_start());
    };
    const std::string pid = std::to_string(::getpid());
    const std::string start = std::to_string(own_start());
    CHECK(evidence("{\"pid\":" + pid + ",\"starttime\":" + start + "}\n\t\t \n") ==
          "openclaw-lock certain\n");
    CHECK_MESSAGE(evidence("{\"pid\":" + pid + ",\"starttime\":1}") == "", "a pid was reused");
    for (const std::string content :
         {"", "{", "[]", "{\"pid\":\"x\"}", "{\"pid\":-1}", "{\"pid\":99999999999}", "\xff\xfe"}) {
      CHECK_MESSAGE(evidence(content) == "", "garbage in a lock: ", content);
    }
  }
}
