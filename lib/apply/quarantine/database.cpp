#include "apply/quarantine/database.h"

#include "apply/quarantine/purge.h"
#include "apply/quarantine/restore.h"
#include "apply/steps.h"

namespace wasession::apply {

Outcome quarantine_database(const Step& step, const Means&, Changes&) {
  return skipped(step, "nobody knows how to do this");
}
Outcome erase_database(const Step& step, const Means&, Changes&) {
  return skipped(step, "nobody knows how to do this");
}
Outcome restore_database(const Step& step, const Means&, const Vault&, Entry&, Changes&) {
  return skipped(step, "nobody knows how to do this");
}
std::string recover_database_purge(const Vault&, Entry&, Changes&) {
  return "it stays";
}
std::string recover_database_restore(const Vault&, Entry&, Changes&) {
  return "it stays";
}

}  // namespace wasession::apply
