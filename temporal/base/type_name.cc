#include "temporal/base/type_name.h"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace temporal {

std::string name_of_type(const std::type_info& type) {
  int failed = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed), &std::free);
  return failed == 0 && name ? name.get() : type.name();
}

}  // namespace temporal
