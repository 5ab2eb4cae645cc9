/// The completion scripts of the shells, made from the tree of commands.
#pragma once

#include <string>

#include "completion/tree.h"

namespace wasession::cmd::completion {

std::string bash_script(const Tree& tree);
std::string zsh_script(const Tree& tree);
std::string fish_script(const Tree& tree);

}  // namespace wasession::cmd::completion
