#include "tools/almanac/command_tree.h"

#include <CLI/CLI.hpp>

namespace almanac {

namespace {

// The type as help shows it: "DIR", "DATE", "NAME:{text,dot,mermaid}".
CommandValue value_of(const std::string& type) {
  CommandValue value;
  const size_t open = type.find('{'), close = type.find('}');
  if (open != std::string::npos && close != std::string::npos) {
    value.kind = CommandValue::Kind::Choice;
    value.choices = CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
  } else if (type.starts_with("CALC")) {
    value.kind = CommandValue::Kind::Calculation;
  } else if (type.starts_with("EXPR")) {
    value.kind = CommandValue::Kind::Selection;
  } else if (type.starts_with("FILE")) {
    value.kind = CommandValue::Kind::File;
  } else if (type.starts_with("DIR")) {
    value.kind = CommandValue::Kind::Folder;
  }
  return value;
}

}  // namespace

CommandTree command_tree(const CLI::App& app) {
  CommandTree tree;
  tree.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    const CommandValue value = value_of(option->get_type_name());
    if (option->get_positional()) {
      tree.positionals.push_back(value);
      continue;
    }
    CommandTree::Option out{
        {}, option->get_description(), option->get_items_expected_max() > 0, value};
    for (const auto& name : option->get_lnames()) out.names.push_back("--" + name);
    for (const auto& name : option->get_snames()) out.names.push_back("-" + name);
    tree.options.push_back(std::move(out));
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    tree.commands.push_back(command_tree(*command));
    tree.commands.back().name = command->get_name();
  }
  return tree;
}

}  // namespace almanac
