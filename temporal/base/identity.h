// The name of this process in histories, for people: "4711@host".
#pragma once

#include <string>

namespace temporal {

std::string own_identity();

}  // namespace temporal
