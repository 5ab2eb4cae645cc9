#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/machine.h"

using namespace wasession::test;
using Ids = std::vector<std::string>;

namespace {

/// Sessions that every sort key orders in a way of its own. From a to e.
struct Varied {
  Machine machine;

  Varied() {
    machine.add_baileys("bots/a", "v9-linked-msgs");           // 15553334444 Mock      f1eb…
    machine.add_baileys("bots/b", "v14-linked-msgs");          // 155500030014 Lab Phone 2cb1…
    machine.add_baileys("bots/c", "v9-logged-out-stale");      // 15556667777 Anna Lab  d4f2…
    machine.add_baileys("bots/d", "v9-pairing-code-pending");  // 15559990000 ~         9b30…
    machine.add_baileys(".openclaw/credentials/whatsapp/e", "v9-copy-A");  // 15550001111 3a4b…
    using std::chrono::hours;
    machine.set_age("bots/a/creds.json", hours(5));
    machine.set_age("bots/b/creds.json", hours(100 * 24));
    machine.set_age("bots/c/creds.json", hours(3));
    machine.set_age("bots/d/creds.json", hours(4 * 24));
    machine.set_age(".openclaw/credentials/whatsapp/e/creds.json", hours(49));
  }

  /// The ids' last letters, in the order of the table.
  std::string order(const std::string& key) const {
    const Run run = machine.run({"list", "--only-root", "--root", machine.path("bots"), "--root",
                                 machine.path(".openclaw"), "--columns", "id", "--sort", key});
    REQUIRE_MESSAGE(run.exit_status == 0, run.err);
    std::string order;
    for (const std::string& line : lines_of(run.out)) {
      if (line.starts_with("baileys/") || line.starts_with("openclaw/")) order += line.back();
    }
    return order;
  }
};

}  // namespace

TEST_CASE("each sort key orders the rows as its column says") {
  const Varied varied;
  CHECK(varied.order("id") == "abcde");
  CHECK(varied.order("tool") == "eabcd");
  CHECK(varied.order("phone") == "ebacd");
  CHECK_MESSAGE(varied.order("name") == "decba", "a session without a name comes first");
  CHECK(varied.order("fingerprint") == "bedca");
  CHECK(varied.order("state") == "abced");
  CHECK(varied.order("activity") == "acdeb");
  CHECK_MESSAGE(varied.order("linked") == "bcaed", "the newest link comes first");
  CHECK_MESSAGE(varied.order("used") == "caedb", "the last used comes first");
  CHECK(varied.order("path") == "eabcd");
}

TEST_CASE("--sort orders the JSON as well") {
  const Varied varied;
  const auto list =
      varied.machine.list({"--only-root", "--root", varied.machine.path("bots"), "--sort", "used"});
  CHECK(ids_of(list) == Ids{"baileys/c", "baileys/a", "baileys/d", "baileys/b"});
}

TEST_CASE("--columns shows the named columns in the named order, and no others") {
  const Machine machine;
  machine.add_baileys("bots/lab", "v6-linked-msgs");
  const Run run = machine.run({"list", "--only-root", "--root", machine.path(), "--columns",
                               "device,phone,lid,name,jid,tool,activity"});
  CHECK(run.out ==
        "DEVICE  PHONE        LID              NAME       JID                            TOOL     "
        "ACTIVITY\n"
        "    12  15550003006  200000279822014  Lab Phone  15550003006:12@s.whatsapp.net  baileys  "
        "idle\n");
}

TEST_CASE("every column can be asked for alone") {
  const Machine machine;
  machine.add_baileys("bots/lab", "v9-copy-A");
  machine.add_baileys("bots/two", "v9-copy-B");
  for (const char* column : {"id", "tool", "phone", "lid", "device", "jid", "fingerprint", "state",
                             "activity", "linked", "used", "same-credential", "path"}) {
    const Run run =
        machine.run({"list", "--only-root", "--root", machine.path(), "--columns", column});
    CHECK_MESSAGE(run.exit_status == 0, column, ": ", run.err);
    CHECK_MESSAGE(lines_of(run.out).size() >= 3, column, " shows no rows: ", run.out);
  }
}
