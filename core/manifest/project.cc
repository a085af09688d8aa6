#include "core/manifest/project.h"

#include <algorithm>

namespace almanac {

const Dataset* Project::dataset(const std::string& name) const {
  const auto found = std::find_if(datasets.begin(), datasets.end(),
                                  [&](const Dataset& dataset) { return dataset.name == name; });
  return found == datasets.end() ? nullptr : &*found;
}

std::string Project::local_path(const std::string& location) const {
  const std::string path = location.substr(location.find(':') + 1);
  return path.starts_with('/') ? path : root + "/" + path;
}

}  // namespace almanac
