#include "core/manifest/validate.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/base/names.h"
#include "core/base/nearest.h"

namespace almanac {

namespace {

using Source = Calculation::Source;
using Kind = Calculation::Kind;
using ById = std::map<std::string, const Calculation*>;

std::string type_text(Type type) {
  return std::string(name_of(type));
}

bool can_be_key(Type type) {
  return type == Type::Int64 || type == Type::String || type == Type::Date;
}

// The problems of one calculation.
class Checker {
 public:
  Checker(const Calculation& calculation, const ById& by_id, const Project& project,
          std::vector<std::string>* problems)
      : c_(calculation), by_id_(by_id), project_(project), problems_(problems) {}

  void run() {
    check_names();
    check_outputs();
    for (const auto& read : c_.reads) {
      check_window(read);
      switch (read.source) {
        case Source::Dataset:
          check_dataset(read);
          break;
        case Source::Calculation:
          check_dependency(read);
          break;
        case Source::Previous:
          check_previous(read);
          break;
        case Source::Calendar:
          break;
      }
    }
    if (!c_.streamed_by().name.empty()) check_entity();
    check_parameters();
  }

 private:
  void problem(const std::string& text) { problems_->push_back(c_.file + ": " + text); }

  void check_name_of(std::string_view what, const std::string& name) {
    if (auto result = check_name(what, name); !result.ok()) problem(result.error().message);
  }

  void check_names() {
    check_name_of("category", c_.category);
    for (const auto& line : c_.lines) check_name_of("product line", line);
    for (const auto& tag : c_.tags) check_name_of("tag", tag);
    const std::string file = c_.file.substr(c_.file.rfind('/') + 1);
    if (const auto id = check_name("calculation", c_.id); !id.ok()) {
      problem(id.error().message);
    } else if (file != c_.id + ".cc") {
      problem("calculation " + in_quotes(c_.id) + " must be in a file named " +
              in_quotes(c_.id + ".cc") + "; rename the file or the id");
    }
  }

  void check_outputs() {
    if (c_.outputs.empty()) problem("declares no output column; declare one with column(\"name\")");
    std::set<std::string> names;
    for (const auto& output : c_.outputs) {
      if (output.name.empty()) problem("an output column has an empty name");
      if (!names.insert(output.name).second) {
        problem("output column " + in_quotes(output.name) + " is declared twice");
      }
      if (output.key && !can_be_key(output.type)) {
        problem("key field " + in_quotes(output.name) + " is " + type_text(output.type) +
                "; a key field is int64, string or date");
      }
    }
    if (c_.kind != Kind::PerEntity || c_.outputs.empty()) return;
    const auto keys = c_.keys();
    if (keys.empty()) {
      problem(
          "a PerEntity calculation needs a key field for its entity; declare one with "
          "key(\"name\"), or derive from WholeDate");
    }
  }

  std::string subject(const Calculation::Read& read) {
    switch (read.source) {
      case Source::Dataset:
        return "dataset " + in_quotes(read.name);
      case Source::Calculation:
        return "calculation " + in_quotes(read.name);
      case Source::Previous:
        return "previous()";
      case Source::Calendar:
        return "the calendar";
    }
    return "";
  }

  void check_window(const Calculation::Read& read) {
    if (read.window >= 1 && read.window <= kMaxWindowDays) return;
    problem("the window over " + subject(read) + " is " + std::to_string(read.window) +
            " days; expected 1 (the date alone) to " + std::to_string(kMaxWindowDays));
  }

  void check_dataset(const Calculation::Read& read) {
    const Dataset* dataset = project_.dataset(read.name);
    if (dataset == nullptr) {
      std::vector<std::string> known;
      for (const auto& d : project_.datasets) known.push_back(d.name);
      problem("reads dataset " + in_quotes(read.name) + ", which almanac.toml does not declare" +
              near_or_all(read.name, known));
    } else if (dataset->is_static && read.window > 1) {
      problem("reads a window of " + std::to_string(read.window) + " days of dataset " +
              in_quotes(read.name) + ", which is static and has no dates; remove .window()");
    }
  }

  void check_dependency(const Calculation::Read& read) {
    const auto found = by_id_.find(read.name);
    if (found == by_id_.end()) {
      std::vector<std::string> known;
      for (const auto& [id, calculation] : by_id_) known.push_back(id);
      problem("reads calculation " + in_quotes(read.name) + ", which does not exist" +
              near_or_all(read.name, known));
      return;
    }
    if (read.optional) {
      problem("the result of calculation " + in_quotes(read.name) +
              " cannot be optional, only a dataset can; remove .optional()");
    }
    check_columns(read, *found->second);
  }

  void check_previous(const Calculation::Read& read) {
    if (c_.kind == Kind::Series) {
      problem(
          "a Series cannot read previous(): its dates are computed in one call; keep what it "
          "needs in process");
    }
    if (read.window > 1) problem("previous() is the day before and has no window");
    check_columns(read, c_);
  }

  void check_columns(const Calculation::Read& read, const Calculation& from) {
    for (const auto& column : read.columns) {
      const auto output =
          std::find_if(from.outputs.begin(), from.outputs.end(),
                       [&](const auto& candidate) { return candidate.name == column.name; });
      if (output == from.outputs.end()) {
        std::vector<std::string> known;
        for (const auto& candidate : from.outputs) known.push_back(candidate.name);
        problem("reads column " + in_quotes(column.name) + " of " + subject(read) +
                ", which does not put it out" + near_or_all(column.name, known));
      } else if (output->type != column.type) {
        problem("reads column " + in_quotes(column.name) + " of " + subject(read) + " as " +
                type_text(column.type) + ", but it is " + type_text(output->type));
      }
    }
  }

  // Something that it reads must be keyed by its entity, otherwise it would never see one.
  void check_entity() {
    const Calculation::Column own = c_.streamed_by();
    if (own.type != Type::Int64 && own.type != Type::String) {
      problem("the entity " + in_quotes(own.name) + " is " + type_text(own.type) +
              "; an entity is int64 or string");
    }
    bool keyed = false, unknown = false;
    std::string seen;
    auto see = [&](const Calculation::Read& read, const std::string& entity) {
      keyed = keyed || entity == own.name;
      seen += (seen.empty() ? "" : ", ") + subject(read) +
              (entity.empty() ? " has no entity" : " has " + in_quotes(entity));
    };
    for (const auto& read : c_.reads) {
      if (read.source == Source::Dataset) {
        const Dataset* dataset = project_.dataset(read.name);
        unknown = unknown || dataset == nullptr;
        if (dataset != nullptr) see(read, dataset->entity);
      } else if (read.source == Source::Calculation) {
        const auto found = by_id_.find(read.name);
        unknown = unknown || found == by_id_.end();
        if (found == by_id_.end()) continue;
        see(read, found->second->entity());
        check_entity_type(own, *found->second);
      }
    }
    if (keyed || unknown) return;
    problem("nothing that it reads is keyed by its entity " + in_quotes(own.name) +
            (seen.empty() ? "" : " (" + seen + ")") +
            (c_.kind == Kind::PerEntity
                 ? "; name the key field as the entity of what it reads, or derive from WholeDate"
                 : "; name in entities() what a table that it reads is keyed by"));
  }

  void check_entity_type(const Calculation::Column& own, const Calculation& dependency) {
    if (dependency.entity() != own.name) return;
    const Type type = dependency.outputs[dependency.keys()[0]].type;
    if (type == own.type) return;
    problem("its entity " + in_quotes(own.name) + " is " + type_text(own.type) +
            ", but that of calculation " + in_quotes(dependency.id) + " is " + type_text(type));
  }

  void check_parameters() {
    const auto given = project_.parameters.find(c_.id);
    if (given == project_.parameters.end()) return;
    for (const auto& [name, text] : given->second) {
      const auto declared = std::find_if(c_.parameters.begin(), c_.parameters.end(),
                                         [&](const auto& p) { return p.name == name; });
      if (declared == c_.parameters.end()) {
        std::vector<std::string> known;
        for (const auto& parameter : c_.parameters) known.push_back(parameter.name);
        problem("has no parameter " + in_quotes(name) + ", which almanac.toml sets" +
                near_or_all(name, known));
      } else if (const auto value = canonical_value(*declared, text); !value.ok()) {
        problem(value.error().message);
      }
    }
  }

  const Calculation& c_;
  const ById& by_id_;
  const Project& project_;
  std::vector<std::string>* problems_;
};

// What almanac.toml sets of calculations and tags that are not there.
class SettingsChecker {
 public:
  SettingsChecker(const std::vector<Calculation>& calculations, std::vector<std::string>* problems)
      : problems_(problems) {
    for (const auto& calculation : calculations) {
      ids_.insert(calculation.id);
      tags_.insert(calculation.tags.begin(), calculation.tags.end());
    }
  }

  void run(const Project& project) {
    for (const auto& [id, values] : project.parameters) check_id("parameters", id);
    for (const auto& [id, policy] : project.evidence.calculations) check_id("evidence", id);
    for (const auto& [tag, policy] : project.evidence.tags) {
      check("evidence of tag ", tag, ", which no calculation has", tags_);
    }
  }

 private:
  void check_id(const std::string& what, const std::string& id) {
    check(what + " of calculation ", id, ", which does not exist", ids_);
  }

  void check(const std::string& what, const std::string& name, const char* lacks,
             const std::set<std::string>& known) {
    if (known.contains(name)) return;
    problems_->push_back("almanac.toml: sets " + what + in_quotes(name) + lacks +
                         near_or_all(name, {known.begin(), known.end()}));
  }

  std::set<std::string> ids_, tags_;
  std::vector<std::string>* problems_;
};

// The shortest text of the number that the whole text is; nullopt when it is none.
template <class T>
std::optional<std::string> canonical(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(static_cast<double>(value))) return {};
  char out[64];
  return std::string(out, std::to_chars(out, out + sizeof out, value).ptr);
}

}  // namespace

std::vector<std::string> problems_of(const std::vector<Calculation>& calculations,
                                     const Project& project) {
  std::vector<std::string> problems;
  ById by_id;
  for (const auto& calculation : calculations) {
    const auto [first, added] = by_id.emplace(calculation.id, &calculation);
    if (added) continue;
    const auto [a, b] = std::minmax(first->second->file, calculation.file);
    problems.push_back(b + ": calculation " + in_quotes(calculation.id) + " is also in " + a +
                       "; ids are unique in a project");
  }
  for (const auto& calculation : calculations) {
    Checker(calculation, by_id, project, &problems).run();
  }
  SettingsChecker(calculations, &problems).run(project);
  std::sort(problems.begin(), problems.end());
  return problems;
}

Result<std::string> canonical_value(const Calculation::Parameter& parameter,
                                    const std::string& text) {
  std::optional<std::string> value = text;
  if (parameter.type == Type::Int64) value = canonical<int64_t>(text);
  if (parameter.type == Type::Float64) value = canonical<double>(text);
  if (parameter.type == Type::Bool && text != "true" && text != "false") value.reset();
  if (value) return *value;
  return usage_error("parameter " + in_quotes(parameter.name) + " expects a value of type " +
                     type_text(parameter.type) + ", almanac.toml has " + in_quotes(text));
}

}  // namespace almanac
