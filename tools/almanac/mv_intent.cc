#include "tools/almanac/mv_intent.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "activities/build_sources.h"
#include "core/base/names.h"
#include "storage/files.h"

namespace almanac {

namespace {

using nlohmann::json;

std::string path_of(const std::string& root) {
  return root + "/.almanac/mv.json";
}

// Where the content before lies, beside what the copy has.
std::string before_of(const std::string& root, size_t edit) {
  return MvIntent::copy_of(root) + "/.almanac/before-" + std::to_string(edit);
}

}  // namespace

Result<std::optional<MvIntent>> MvIntent::read(const std::string& root) {
  const auto text = read_text(path_of(root));
  if (!text) return std::optional<MvIntent>();
  const json document = json::parse(*text, nullptr, false);
  if (document.is_discarded()) return internal_error(path_of(root) + " is damaged; remove it");
  MvIntent intent{document["from"], document["to"], {}};
  for (const auto& edit : document["edits"]) {
    const std::string path = edit["path"], new_path = edit["new_path"];
    const auto before = read_text(before_of(root, intent.edits.size()));
    const auto after = read_text(copy_of(root) + "/" + new_path);
    if (!before || !after) {
      return internal_error(copy_of(root) + " lacks " + new_path + "; rename " + path +
                            " by hand, " + "and remove " + path_of(root));
    }
    intent.edits.push_back({path, new_path, *before, *after});
  }
  return std::optional<MvIntent>(std::move(intent));
}

Result<void> MvIntent::write(const std::string& root) const {
  json document{{"from", from}, {"to", to}, {"edits", json::array()}};
  for (size_t i = 0; i < edits.size(); ++i) {
    document["edits"].push_back({{"path", edits[i].path}, {"new_path", edits[i].new_path}});
    TRY_VOID(write_durably(before_of(root, i), edits[i].before));
  }
  const std::string path = path_of(root), draft = path + ".new";
  TRY_VOID(write_durably(draft, document.dump(2)));
  sync();  // the names in the copy, too
  if (rename(draft.c_str(), path.c_str()) != 0) return file_error("write", path, errno);
  return sync_folder(parent_of(path));
}

Result<void> MvIntent::remove(const std::string& root) {
  const std::string path = path_of(root);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return file_error("remove", path, errno);
  TRY_VOID(sync_folder(parent_of(path)));
  return remove_tree(copy_of(root));
}

Result<void> check_no_renaming(const std::string& root) {
  if (access(path_of(root).c_str(), F_OK) != 0) return {};
  TRY(const auto intent, MvIntent::read(root));
  if (!intent) return {};
  return usage_error("the renaming of " + in_quotes(intent->from) + " to " + in_quotes(intent->to) +
                     " was interrupted; almanac mv " + intent->from + " " + intent->to +
                     " finishes it");
}

}  // namespace almanac
