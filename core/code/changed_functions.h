// Changed functions: which functions of two versions of an object are not the same. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/code/object_code.h"

namespace almanac {

// Symbols of the functions that one of them does not have, or has otherwise. Not those that the
// other has with another name: the same code, which calls the same, or what has another name, too,
// and the same code, or a code that the other has nowhere; such as what a template makes of a
// lambda that was moved.
std::vector<std::string> changed_functions(const ObjectCode& before, const ObjectCode& now);

// Symbols of the functions of the standard library that these call, or that those call, and that
// have code in the object: what a template makes of the types of the calculation.
std::set<std::string> library_calls(const ObjectCode& code, const std::set<std::string>& functions);

}  // namespace almanac
