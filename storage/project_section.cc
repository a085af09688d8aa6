#include "storage/project_section.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sstream>

#include "core/base/names.h"
#include "core/base/nearest.h"

namespace almanac {

namespace {

std::string text_of(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  std::ostringstream text;
  node.visit([&](const auto& value) { text << value; });
  return text.str();
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const std::string& file) try {
  return toml::parse(text, file);
} catch (const toml::parse_error& error) {
  return usage_error(file + ":" + std::to_string(error.source().begin.line) + ": " +
                     std::string(error.description()));
}

std::string at_line(const std::string& file, const toml::node& node) {
  return file + ":" + std::to_string(node.source().begin.line) + ": ";
}

ProjectSection::ProjectSection(Context* context, const toml::table* table, std::string title)
    : context_(context),
      table_(table),
      title_(std::move(title)),
      overridable_(!title_.empty() && title_.find('.') == std::string::npos) {}

const toml::node* ProjectSection::find(const char* key) {
  known_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::string ProjectSection::variable(const char* key) const {
  std::string name = "ALMANAC_" + title_ + "_" + key;
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

const char* ProjectSection::override_of(const char* key) const {
  if (!overridable_) return nullptr;
  const char* value = (*context_->environment)(variable(key).c_str());
  return value == nullptr || *value == '\0' ? nullptr : value;
}

bool ProjectSection::has(const char* key) const {
  return override_of(key) != nullptr || (table_ != nullptr && table_->contains(key));
}

void ProjectSection::problem(const char* key, const std::string& message) {
  std::string where = context_->file + ": ";
  if (override_of(key) != nullptr) {
    where = variable(key) + ": ";
  } else if (table_ != nullptr) {
    const toml::node* node = table_->get(key);
    where = at_line(context_->file, node == nullptr ? *table_ : *node);
  }
  const std::string section = title_.empty() ? "" : "[" + title_ + "] ";
  context_->problems.push_back(where + section + key + ": " + message);
}

void ProjectSection::wrong_type(const char* key, const char* expected) {
  const char* set = override_of(key);
  const std::string found = set != nullptr ? in_quotes(set) : text_of(*table_->get(key));
  problem(key, std::string("expected ") + expected + ", found " + found);
}

void ProjectSection::text(const char* key, std::string* out) {
  const toml::node* node = find(key);
  if (const char* set = override_of(key)) {
    *out = set;
  } else if (node != nullptr) {
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty()) return wrong_type(key, "a text in quotes that is not empty");
    *out = *value;
  }
}

void ProjectSection::texts(const char* key, std::vector<std::string>* out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  for (size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const auto value = (*list)[i].value_exact<std::string>();
    if (!value) list = nullptr;
    if (value) out->push_back(*value);
  }
  if (list == nullptr) wrong_type(key, "a list of texts in quotes");
}

void ProjectSection::number(const char* key, uint64_t* out) {
  constexpr const char* kExpected = "a whole number from 0";
  const toml::node* node = find(key);
  if (const char* set = override_of(key)) {
    const char* end = set + std::strlen(set);
    uint64_t value = 0;
    const auto [rest, error] = std::from_chars(set, end, value);
    if (error != std::errc() || rest != end) return wrong_type(key, kExpected);
    *out = value;
  } else if (node != nullptr) {
    const auto value = node->value_exact<int64_t>();
    if (!value || *value < 0) return wrong_type(key, kExpected);
    *out = static_cast<uint64_t>(*value);
  }
}

void ProjectSection::flag(const char* key, bool* out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<bool>();
  if (!value) return wrong_type(key, "true or false");
  *out = *value;
}

void ProjectSection::date(const char* key, std::optional<Date>* out) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  const std::string text = node->is_date() ? text_of(*node) : node->value_or(std::string());
  *out = Date::parse(text);
  if (!*out) wrong_type(key, "a date as \"YYYY-MM-DD\" that exists");
}

const toml::table* ProjectSection::table(const char* key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table()) wrong_type(key, "a table");
  return node == nullptr ? nullptr : node->as_table();
}

std::vector<std::pair<std::string, const toml::table*>> ProjectSection::tables(const char* key) {
  std::vector<std::pair<std::string, const toml::table*>> found;
  const toml::table* all = table(key);
  if (all == nullptr) return found;
  for (const auto& [name, node] : *all) {
    if (const toml::table* one = node.as_table()) {
      found.emplace_back(std::string(name.str()), one);
    } else {
      context_->problems.push_back(at_line(context_->file, node) + "[" + key + "] " +
                                   std::string(name.str()) + ": expected a table [" + key +
                                   ".NAME], found " + text_of(node));
    }
  }
  return found;
}

void ProjectSection::finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const char* what = node.is_table() && title_.empty() ? "unknown section " : "unknown key ";
    context_->problems.push_back(at_line(context_->file, node) + what + in_quotes(name) +
                                 (title_.empty() ? "" : " in [" + title_ + "]") +
                                 near_or_all(name, known_));
  }
}

}  // namespace almanac
