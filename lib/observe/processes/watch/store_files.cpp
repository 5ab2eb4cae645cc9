#include "model/baileys_files.h"
#include "observe/files/files.h"
#include "observe/processes/watch.h"

namespace wasession::observe {

bool is_written_by_holders(const Store& store, std::string_view file) {
  if (store.kind == StoreKind::baileys_directory) {
    return is_credential_file(file);
  }
  const std::string_view database = base_name(store.path);
  if (!file.starts_with(database)) return false;
  file.remove_prefix(database.size());
  return file.empty() || file == "-wal" || file == "-journal";
}

}  // namespace wasession::observe
