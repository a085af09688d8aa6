// Bash and zsh share tables, which are made of the tree, and the function that finds the place in
// them; the rest is what each shell wants to be told.
#include "tools/almanac/completions.h"

namespace almanac {

namespace {

using Kind = CommandValue::Kind;

constexpr const char* kPlace = R"sh(
# Where the words lead: the command in `place`, what its next word may be in `kind`, the project's
# folder in `folder`. `pending`: the next word is the value of an option.
_almanac_find() {
  local word option="" count=0
  place="" kind="" folder="" pending=""
  for word in "$@"; do
    if [ "$word" = "=" ]; then
      continue
    elif [ -n "$option" ]; then
      if [ "$option" = "-C" ]; then folder="$word"; fi
      option=""
      continue
    fi
    case "$word" in
      --*=*) ;;
      -*) if _almanac_value "$place" "$word"; then option="$word"; fi ;;
      *)
        if _almanac_is_command "$place" "$word"; then
          place="$place${place:+ }$word"
        elif [ "$place$word" != help ]; then
          count=$((count + 1))
        fi
        ;;
    esac
  done
  if [ -n "$option" ]; then
    pending=yes
    _almanac_value "$place" "$option"
  else
    _almanac_positional "$place" "$((count + 1))"
  fi
}

# The ids of the calculations; nothing is said where there is no project.
_almanac_calculations() {
  "$1" -C "${folder:-.}" list 2>/dev/null </dev/null | awk '{ sub(".*/", "", $2); print $2 }'
}
)sh";

constexpr const char* kBash = R"sh(
_almanac() {
  local place kind folder pending commands="" options="" current="${COMP_WORDS[COMP_CWORD]}"
  if [ "$current" = "=" ]; then current=""; fi
  _almanac_find "${COMP_WORDS[@]:1:COMP_CWORD-1}"
  _almanac_words "$place"
  COMPREPLY=()
  if [ -z "$pending" ] && [[ "$current" == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi
  local begin=""
  case "$kind" in
    @file | @folder)
      if [ "$kind" = @file ]; then kind=-f; else kind=-d; fi
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen "$kind" -- "$current")
      return
      ;;
    @selection)
      begin="${current%"${current##*[,+]}"}"
      kind="$(_almanac_calculations "${COMP_WORDS[0]}")"
      ;;
    @calculation) kind="$(_almanac_calculations "${COMP_WORDS[0]}")" ;;
    @*) kind="" ;;
  esac
  if [ -z "$pending" ]; then kind="$commands $kind"; fi
  mapfile -t COMPREPLY < <(compgen -P "$begin" -W "$kind" -- "${current#"$begin"}")
}
complete -F _almanac almanac
)sh";

constexpr const char* kZsh = R"sh(
_almanac() {
  local place kind folder pending commands="" options=""
  _almanac_find "${(@)words[2,CURRENT-1]}"
  _almanac_words "$place"
  if [[ -z "$pending" && "${words[CURRENT]}" == -* ]]; then
    compadd -- ${=options}
    return
  fi
  case "$kind" in
    @file) _files; return ;;
    @folder) _files -/; return ;;
    @selection) compset -P '*[,+]'; kind="$(_almanac_calculations "${words[1]}")" ;;
    @calculation) kind="$(_almanac_calculations "${words[1]}")" ;;
    @*) kind="" ;;
  esac
  if [[ -z "$pending" ]]; then kind="$commands $kind"; fi
  compadd -- ${=kind}
}
if [ "${funcstack[1]}" = _almanac ]; then _almanac "$@"; else compdef _almanac almanac; fi
)sh";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string kind_of(const CommandValue& value) {
  switch (value.kind) {
    case Kind::Choice:
      return joined(value.choices);
    case Kind::Calculation:
      return "@calculation";
    case Kind::Selection:
      return "@selection";
    case Kind::File:
      return "@file";
    case Kind::Folder:
      return "@folder";
    case Kind::Other:
      break;
  }
  return "@other";
}

// The cases of the four functions that know the tree.
struct Tables {
  std::string words, commands, values, positionals;

  // `inherited`: options that may stand behind every command below, too.
  void add(const CommandTree& tree, const std::string& place,
           const std::vector<CommandTree::Option>& inherited) {
    std::vector<std::string> commands_here, options_here;
    auto options = tree.options;
    options.insert(options.end(), inherited.begin(), inherited.end());
    for (const auto& option : options) {
      for (const auto& name : option.names) {
        options_here.push_back(name);
        if (!option.takes_value) continue;
        values += "    \"" + place + "|" + name + "\") kind=\"" + kind_of(option.value) + "\" ;;\n";
      }
    }
    if (place.empty()) commands_here.emplace_back("help");
    for (const auto& command : tree.commands) {
      commands_here.push_back(command.name);
      commands += "    \"" + place + "|" + command.name + "\") ;;\n";
    }
    words += "    \"" + place + "\") commands=\"" + joined(commands_here) + "\" options=\"" +
             joined(options_here) + "\" ;;\n";
    for (size_t i = 0; i < tree.positionals.size(); ++i) {
      positionals += "    \"" + place + "|" + std::to_string(i + 1) + "\") kind=\"" +
                     kind_of(tree.positionals[i]) + "\" ;;\n";
    }
    std::erase_if(options, [](const auto& option) { return option.names[0] != "-C"; });
    for (const auto& command : tree.commands) {
      add(command, place + (place.empty() ? "" : " ") + command.name, options);
    }
  }
};

std::string function(const char* name, const char* subject, const std::string& cases,
                     const char* otherwise) {
  return std::string(name) + "() {\n  case \"" + subject + "\" in\n" + cases + "    *) " +
         otherwise + " ;;\n  esac\n}\n";
}

std::string shared(const CommandTree& tree) {
  Tables tables;
  tables.add(tree, "", {});
  return function("_almanac_words", "$1", tables.words, "return 1") +
         function("_almanac_is_command", "$1|$2", tables.commands, "return 1") +
         function("_almanac_value", "$1|$2", tables.values, "return 1") +
         function("_almanac_positional", "$1|$2", tables.positionals, "kind=\"\"") + kPlace;
}

}  // namespace

std::string bash_completions(const CommandTree& tree) {
  return "# bash: source <(almanac completions bash)\n" + shared(tree) + kBash;
}

std::string zsh_completions(const CommandTree& tree) {
  return "#compdef almanac\n# zsh: source <(almanac completions zsh), after compinit\n" +
         shared(tree) + kZsh;
}

}  // namespace almanac
