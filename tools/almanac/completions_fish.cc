#include "tools/almanac/completions.h"

namespace almanac {

namespace {

using Kind = CommandValue::Kind;

constexpr const char* kBegin = R"fish(# fish: almanac completions fish | source
function __almanac_calculations
    set -l words (commandline -opc)
    set -l folder .
    if set -l at (contains -i -- -C $words)
        set folder $words[(math $at + 1)]
    end
    $words[1] -C $folder list 2>/dev/null </dev/null | string replace -rf '^\d+ +\S+/(\S+) .*' '$1'
end
complete -c almanac -f
)fish";

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "'";
}

// What completes a value, as options of `complete`.
std::string offer(const CommandValue& value) {
  switch (value.kind) {
    case Kind::Choice: {
      std::string words;
      for (const auto& choice : value.choices) words += (words.empty() ? "" : " ") + choice;
      return " -a " + quoted(words);
    }
    case Kind::Calculation:
    case Kind::Selection:
      return " -a '(__almanac_calculations)'";
    case Kind::File:
      return " -F";
    case Kind::Folder:
      return " -a '(__fish_complete_directories)'";
    case Kind::Other:
      break;
  }
  return "";
}

// `when`: the condition under which the words of this command are offered.
void add(const CommandTree& tree, const std::string& when, std::string* out) {
  const std::string begin = "complete -c almanac -n " + quoted(when);
  for (const auto& option : tree.options) {
    *out += "complete -c almanac";
    if (!tree.name.empty()) *out += " -n " + quoted(when);
    for (const auto& name : option.names) {
      *out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (option.takes_value) {
      *out += (option.value.kind == Kind::File ? " -r" : " -x") + offer(option.value);
    }
    *out += " -d " + quoted(option.help) + "\n";
  }
  for (const auto& value : tree.positionals) {
    if (const std::string words = offer(value); !words.empty()) *out += begin + words + "\n";
  }
  std::string names;
  for (const auto& command : tree.commands) names += " " + command.name;
  for (const auto& command : tree.commands) {
    const std::string once =
        tree.name.empty() ? when : when + "; and not __fish_seen_subcommand_from" + names;
    *out += "complete -c almanac -n " + quoted(once) + " -a " + command.name + " -d " +
            quoted(command.help) + "\n";
  }
  // A command of another command may be called like one that stands alone.
  std::string groups;
  for (const auto& command : tree.commands) {
    if (!command.commands.empty()) groups += " " + command.name;
  }
  for (const auto& command : tree.commands) {
    std::string below = tree.name.empty() ? "" : when + "; and ";
    below += "__fish_seen_subcommand_from " + command.name;
    if (tree.name.empty() && command.commands.empty() && !groups.empty()) {
      below += "; and not __fish_seen_subcommand_from" + groups;
    }
    add(command, below, out);
  }
}

}  // namespace

std::string fish_completions(const CommandTree& tree) {
  std::string out = kBegin;
  add(tree, "__fish_use_subcommand", &out);
  return out;
}

}  // namespace almanac
