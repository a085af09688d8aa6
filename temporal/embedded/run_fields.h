// What a query can say of a run: the values of its fields, and how they compare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "temporal/embedded/options.h"
#include "temporal/embedded/run.h"

namespace temporal::embedded {

struct Field {
  std::string name;
  AttributeType type;
};

// Nothing; a number, also of a time, in nanoseconds, and of a truth, 1 or 0; or texts: one, those
// of a list, or the words of a text.
struct Value {
  std::vector<std::string> texts;
  std::optional<double> number;
  bool null() const { return texts.empty() && !number; }
};
Value text_value(std::string text);
Value number_value(double number);
Value words_value(const std::string& text);

Value value_of(const Run& run, const Field& field);

// One of the texts is enough.
bool equal(const Value& value, const Value& with);
// Numbers come before texts.
int compare(const Value& value, const Value& with);
bool starts_with(const Value& value, const std::string& prefix);

// "Running"
std::string status_name(WorkflowStatus status);
bool is_status(const std::string& name);

}  // namespace temporal::embedded
