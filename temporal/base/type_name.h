// The name of a C++ type as it is written, not as the compiler mangles it.
#pragma once

#include <string>
#include <typeinfo>

namespace temporal {

std::string name_of_type(const std::type_info& type);  // "shop::CardDeclined"

}  // namespace temporal
