#include "../memory.h"

namespace wasession::cmd {

void prepare_memory() {}

}  // namespace wasession::cmd
