// Scripts that complete the command line in a shell.
#pragma once

#include <string>

#include "tools/almanac/command_tree.h"

namespace almanac {

// Ids of calculations come from `almanac list`, when they are asked for.
std::string bash_completions(const CommandTree& tree);
std::string zsh_completions(const CommandTree& tree);
std::string fish_completions(const CommandTree& tree);

}  // namespace almanac
