#include "judge/rules.h"

#include <algorithm>
#include <array>

#include "judge/judge.h"

namespace wasession::judge {
namespace {

constexpr std::array kRules = {
    Rule{code::kCopiedCredential, "two stores hold the same credential", copied_credential},
    Rule{code::kTwoHolders, "two processes use one store", two_holders},
    Rule{code::kDuplicateGateway, "two OpenClaw gateways use one store", duplicate_gateway},
    Rule{code::kTwoSockets, "one process has two connections for one credential", two_sockets},
    Rule{code::kConflictElsewhere, "440 is logged, and the rival is not on this machine",
         conflict_elsewhere},
    Rule{code::kGhostHolder, "a gateway is connected without a credential file", ghost_holder},
    Rule{code::kLoggedOut, "WhatsApp has removed the device", logged_out},
    Rule{code::kCorruptCredentials, "a credential cannot be read", corrupt_credentials},
    Rule{code::kZombieHolder, "wacli holds its lock and has no connection", zombie_holder},
    Rule{code::kReconnectLoop, "connections break again and again, but not with 440",
         reconnect_loop},
    Rule{code::kInterruptedPairing, "a pairing was begun and not completed", interrupted_pairing},
    Rule{code::kBackupWillRestore, "creds.json.bak would undo a deletion", backup_will_restore},
    Rule{code::kTooManyDevices, "more than four devices of one account are linked",
         too_many_devices},
    Rule{code::kStaleCredential, "unused for over 30 days: WhatsApp has dropped it",
         stale_credential},
    Rule{code::kStaleLock, "a lock file that no live process stands behind", stale_lock},
    Rule{code::kWorldReadableSecrets, "other users may read a credential", world_readable_secrets},
    Rule{code::kRegistryDamaged, "the session registry is damaged", registry_damaged},
    Rule{code::kUnconfiguredStore, "a credential that no configuration names", unconfigured_store},
    Rule{code::kPhoneOfflineRisk, "unused for over 14 days", phone_offline_risk},
    Rule{code::kNotARival, "another linked device of the account: no conflict", not_a_rival},
    Rule{code::kCannotSee, "what could not be looked at", cannot_see},
};

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

std::vector<Finding> judge(const Snapshot& snapshot) {
  std::vector<Finding> findings;
  for (const Rule& rule : kRules) rule.judge(snapshot, findings);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  return findings;
}

}  // namespace wasession::judge
