#include "../memory.h"

namespace wasession::cmd {

void prepare_memory() {}

void prepare_memory_to_stay() {}

void give_back_memory() {}

}  // namespace wasession::cmd
