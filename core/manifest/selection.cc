#include "core/manifest/selection.h"

#include <algorithm>

#include "core/base/names.h"
#include "core/base/nearest.h"

namespace almanac {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Error unknown(std::string_view what, std::string_view name, const std::string& hint) {
  return usage_error("unknown " + std::string(what) + " " + in_quotes(name) + hint);
}

using Values = std::vector<std::string> (*)(const Calculation&);

std::vector<std::string> tags_of(const Calculation& c) {
  return c.tags;
}
std::vector<std::string> lines_of(const Calculation& c) {
  return c.lines;
}
std::vector<std::string> category_of(const Calculation& c) {
  return {c.category};
}

// The calculations that have `value` among their values.
Result<std::vector<uint32_t>> having(const Manifest& manifest, Values values, std::string_view what,
                                     std::string_view value) {
  std::vector<uint32_t> found;
  std::set<std::string> known;
  for (uint32_t i = 0; i < manifest.calculations.size(); ++i) {
    const auto own = values(manifest.calculations[i]);
    known.insert(own.begin(), own.end());
    if (std::find(own.begin(), own.end(), value) != own.end()) found.push_back(i);
  }
  if (found.empty()) return unknown(what, value, near_or_all(value, {known.begin(), known.end()}));
  return found;
}

Result<std::vector<uint32_t>> named(const Manifest& manifest, std::string_view term) {
  constexpr std::string_view kTag = "tag:", kCategory = "category:";
  if (term.starts_with(kTag)) return having(manifest, tags_of, "tag", term.substr(kTag.size()));
  if (term.starts_with(kCategory)) {
    return having(manifest, category_of, "category", term.substr(kCategory.size()));
  }
  TRY(const uint32_t index, find_calculation(manifest, term));
  return std::vector<uint32_t>{index};
}

void add_ids(const Manifest& manifest, const std::vector<uint32_t>& indices,
             std::set<std::string>& ids) {
  for (uint32_t index : indices) ids.insert(manifest.calculations[index].id);
}

}  // namespace

Result<uint32_t> find_calculation(const Manifest& manifest, std::string_view name) {
  const size_t slash = name.find('/');
  const std::string_view id = slash == name.npos ? name : name.substr(slash + 1);
  const auto found = manifest.index.find(id);
  const bool same = found != manifest.index.end() &&
                    (slash == name.npos ||
                     manifest.calculations[found->second].category == name.substr(0, slash));
  if (same) return static_cast<uint32_t>(found->second);
  std::set<std::string> known;
  for (const auto& c : manifest.calculations) {
    known.insert(slash == name.npos ? c.id : c.category + "/" + c.id);
  }
  const std::string near = did_you_mean(name, {known.begin(), known.end()});
  return unknown("calculation", name, near.empty() ? "; `almanac list` shows all there are" : near);
}

Result<std::set<std::string>> select(const Manifest& manifest, std::string_view expression) {
  std::set<std::string> ids;
  for (std::string_view rest = expression;;) {
    const size_t comma = rest.find(',');
    std::string_view term = trimmed(rest.substr(0, comma));
    const bool before = term.starts_with('+'), after = term.size() > before && term.ends_with('+');
    term = trimmed(term.substr(before, term.size() - before - after));
    if (term.empty()) {
      return usage_error(
          "selection " + in_quotes(expression) +
          " has an empty term; write calculations, tag:NAME or category:NAME, separated by "
          "commas, such as a,b+,+c,tag:x");
    }
    TRY(const auto start, named(manifest, term));
    add_ids(manifest, start, ids);
    if (before) add_ids(manifest, reachable(manifest.dependencies, start), ids);
    if (after) add_ids(manifest, reachable(reversed(manifest.dependencies), start), ids);
    if (comma == rest.npos) return ids;
    rest.remove_prefix(comma + 1);
  }
}

Result<std::set<std::string>> product_lines(const Manifest& manifest,
                                            const std::vector<std::string>& lines) {
  std::set<std::string> ids;
  for (const auto& line : lines) {
    TRY(const auto start, having(manifest, lines_of, "product line", line));
    add_ids(manifest, reachable(manifest.dependencies, start), ids);
  }
  return ids;
}

}  // namespace almanac
