/// A writer that does its worst while its store is purged.
#include <atomic>
#include <thread>

#include "unit/apply/quarantine_support.h"

using namespace wasession;
using namespace wasession::test;

namespace {

constexpr const char* kCredential = "{\"noiseKey\":\"from the writer\"}";

/// Rewrites creds.json in place and by renaming, and changes the store's directory for a symbolic
/// link to the victim and back, until it is told to stop.
class Writer {
 public:
  Writer(const TemporaryDirectory& root, const std::string& store, const std::string& victim)
      : thread_([this, &root, store, victim] {
          const std::string link = root.path("link"), kept = root.path("kept");
          const std::string creds = store + "/creds.json";
          while (!stop_) {
            ::mkdir(store.c_str(), 0755);
            write(creds);
            write(store + "/creds.json.bak");
            write(store + "/pre-key-1.json");
            write(root.path("new"));
            // Into the real directory only: the writer itself must not touch the victim.
            ::rename(root.path("new").c_str(), creds.c_str());
            ::symlink(victim.c_str(), link.c_str());
            if (::rename(store.c_str(), kept.c_str()) == 0 || errno == ENOENT) {
              ::rename(link.c_str(), store.c_str());
              std::this_thread::yield();
              ::unlink(store.c_str());
              ::rename(kept.c_str(), store.c_str());
            }
            ++rounds_;
          }
        }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void wait_for_a_round() const {
    for (const unsigned seen = rounds_; rounds_ == seen;) std::this_thread::yield();
  }

 private:
  static void write(const std::string& path) {
    std::ofstream(path, std::ios::trunc) << kCredential;
  }

  std::atomic<bool> stop_{false};
  std::atomic<unsigned> rounds_{0};
  std::thread thread_;
};

}  // namespace

TEST_CASE(
    "however a writer swaps the store for a link while it is purged, nothing else is touched") {
  Purging purging;
  class : public apply::Changes {
    int sync(const apply::Descriptor&) override { return 0; }
  } unsynced;
  purging.means.changes = &unsynced;
  const std::string victim = purging.root.make_directory("victim");
  for (const char* name : {"creds.json", "creds.json.bak", "pre-key-1.json", "session-1.json"}) {
    purging.root.write_file("victim/" + std::string(name), "the victim's");
  }
  const Inventory before = inventory_of(victim);
  std::size_t done = 0, other = 0;
  {
    const Writer writer(purging.root, purging.store, victim);
    for (int round = 0; round < 400; ++round) {
      writer.wait_for_a_round();
      struct stat status {};
      if (::lstat(purging.store.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
        purging.step.identity = apply::identity_of(status);
      }
      const Outcome outcome = purging.take(round % 2 == 0 ? StepKind::quarantine : StepKind::erase);
      const bool elsewhere = outcome.detail.find("place") != std::string::npos;
      ++(outcome.result == Result::skipped || elsewhere ? other : done);
      if (inventory_of(victim) != before) break;
    }
  }
  CHECK_MESSAGE(inventory_of(victim) == before, "a purge went through a symbolic link");
  CHECK_MESSAGE(done > 20, "the purges never met the store");
  CHECK_FALSE(apply::has_unfinished(purging.means.quarantine));
  MESSAGE(done, " purges met the store, ", other, " something else");
}
