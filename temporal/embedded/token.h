// Token: the opaque bytes that a client gives back: of tasks, of queries, of pages.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace temporal::embedded {

class Token {
 public:
  explicit Token(std::string_view kind) { add(kind); }
  // What add() has made; empty if these bytes are no token of the kind.
  static std::optional<Token> read(std::string_view bytes, std::string_view kind) {
    Token token;
    while (!bytes.empty()) {
      std::size_t size = 0;
      const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size);
      const auto used = static_cast<std::size_t>(end - bytes.data()) + 1;
      if (error != std::errc() || used > bytes.size() || size > bytes.size() - used) return {};
      token.fields_.emplace_back(bytes.substr(used, size));
      bytes.remove_prefix(used + size);
    }
    if (token.fields_.empty() || token.fields_[0] != kind) return {};
    return token;
  }

  Token& add(std::string_view field) {
    fields_.emplace_back(field);
    return *this;
  }
  Token& add(std::int64_t number) { return add(std::to_string(number)); }
  // 0 is the first after the kind; empty where there is none.
  const std::string& text(std::size_t index) const {
    static const std::string none;
    return index + 1 < fields_.size() ? fields_[index + 1] : none;
  }
  std::int64_t number(std::size_t index) const {
    std::int64_t value = 0;
    const std::string& field = text(index);
    std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
  }
  std::string bytes() const {
    std::string all;
    for (const std::string& field : fields_) all += std::to_string(field.size()) + ':' + field;
    return all;
  }

 private:
  Token() = default;
  std::vector<std::string> fields_;
};

}  // namespace temporal::embedded
