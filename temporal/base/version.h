// What this library calls itself to the service.
#pragma once

namespace temporal {

inline constexpr char kSdkName[] = "temporal-cpp";
inline constexpr char kSdkVersion[] = "0.1.0";

}  // namespace temporal
