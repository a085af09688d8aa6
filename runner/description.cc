#include "runner/description.h"

#include <set>
#include <utility>

namespace almanac {
namespace {

// What a read is called in messages; two reads are the same when this is.
std::string label(const Calculation::Read& read) {
  switch (read.source) {
    case abi::Source::Dataset:
      return "dataset(\"" + read.name + "\")";
    case abi::Source::Calculation:
      return "calculation(\"" + read.name + "\")";
    case abi::Source::Previous:
      return "previous()";
    case abi::Source::Calendar:
      return "calendar()";
  }
  return "?";
}

// The first thing that is declared twice and what to do about it; empty if nothing is.
std::string find_repetition(const Calculation& calculation) {
  std::set<std::string> seen;
  for (const Calculation::Parameter& parameter : calculation.parameters) {
    if (!seen.insert(parameter.name).second) {
      return "parameter '" + parameter.name + "' is declared twice: remove one";
    }
  }
  std::set<std::string> reads;
  for (const Calculation::Read& read : calculation.reads) {
    const std::string name = label(read);
    if (!reads.insert(name).second) {
      return name + " is declared twice: declare it once, with the larger window";
    }
    std::set<std::string> columns;
    for (const Calculation::Column& column : read.columns) {
      if (!columns.insert(column.name).second) {
        return name + "[\"" + column.name + "\"] is declared twice: use one handle for both";
      }
    }
  }
  return {};
}

}  // namespace

Result<Calculation> read_description(const abi::Description& description, const std::string& path) {
  Calculation calculation;
  calculation.id = description.id;
  calculation.category = description.category;
  calculation.kind = description.kind;
  calculation.lines.assign(description.lines, description.lines + description.n_lines);
  calculation.tags.assign(description.tags, description.tags + description.n_tags);
  for (size_t i = 0; i < description.n_parameters; ++i) {
    const abi::Parameter& p = description.parameters[i];
    calculation.parameters.push_back({p.name, static_cast<Type>(p.type), p.default_text});
  }
  for (size_t i = 0; i < description.n_reads; ++i) {
    const abi::Read& r = description.reads[i];
    Calculation::Read read{r.source, r.name, r.optional, r.window, {}};
    for (size_t c = 0; c < r.n_columns; ++c) {
      read.columns.push_back({r.columns[c].name, static_cast<Type>(r.columns[c].type)});
    }
    calculation.reads.push_back(std::move(read));
  }
  for (size_t i = 0; i < description.n_outputs; ++i) {
    const abi::OutputColumn& o = description.outputs[i];
    calculation.outputs.push_back(
        {o.name, static_cast<Type>(o.type), o.key, o.nullable, o.sparse, o.constant});
  }
  calculation.entities = {description.entities, static_cast<Type>(description.entities_type)};
  if (const std::string repetition = find_repetition(calculation); !repetition.empty()) {
    return usage_error(path + ": calculation '" + calculation.id + "': " + repetition);
  }
  return calculation;
}

}  // namespace almanac
