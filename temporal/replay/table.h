// A transition table: all that a machine may do. What is not in it is an error.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace temporal::replay {

template <class State, class Input>
struct Transition {
  State from;
  Input on;
  State to;
};

template <class State, class Input, std::size_t N>
constexpr std::optional<State> next_state(const std::array<Transition<State, Input>, N>& table,
                                          State from, Input on) {
  for (const auto& row : table) {
    if (row.from == from && row.on == on) return row.to;
  }
  return std::nullopt;
}

}  // namespace temporal::replay
