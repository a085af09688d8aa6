// The commands and options of a command line as plain values, for scripts that complete them.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace almanac {

// What a value is: one of some words, a calculation's id, a file, ...
struct CommandValue {
  enum class Kind { Other, Choice, Calculation, Selection, File, Folder };
  Kind kind = Kind::Other;
  std::vector<std::string> choices;
};

struct CommandTree {
  struct Option {
    std::vector<std::string> names;  // "--jobs", "-j"
    std::string help;
    bool takes_value = false;
    CommandValue value;
  };
  std::string name, help;  // the name is empty for the whole
  std::vector<Option> options;
  std::vector<CommandValue> positionals;
  std::vector<CommandTree> commands;
};

CommandTree command_tree(const CLI::App& app);

}  // namespace almanac
