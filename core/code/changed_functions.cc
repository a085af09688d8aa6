#include "core/code/changed_functions.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace almanac {

namespace {

// Itanium C++ ABI: names of std, of its nested namespaces, and of libstdc++'s own.
bool is_of_library(std::string_view symbol) {
  for (const char* start : {"_ZSt", "_ZNSt", "_ZNKSt", "_ZN9__gnu_cxx", "_ZNK9__gnu_cxx"}) {
    if (symbol.starts_with(start)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> changed_functions(const ObjectCode& before, const ObjectCode& now) {
  using Functions = std::vector<const ObjectCode::Function*>;  // of one symbol, which may be static
  std::map<std::string, std::pair<Functions, Functions>> all;
  for (const auto& function : before.functions) all[function.symbol].first.push_back(&function);
  for (const auto& function : now.functions) all[function.symbol].second.push_back(&function);
  const auto equal = [](const auto* a, const auto* b) { return *a == *b; };
  Functions gone, made;
  std::vector<std::string> changed;
  for (const auto& [symbol, has] : all) {
    const auto& [olds, news] = has;
    if (news.empty()) gone.insert(gone.end(), olds.begin(), olds.end());
    if (olds.empty()) made.insert(made.end(), news.begin(), news.end());
    if (olds.empty() || news.empty()) continue;
    if (!std::equal(olds.begin(), olds.end(), news.begin(), news.end(), equal)) {
      changed.push_back(symbol);
    }
  }
  const auto codes_of = [](const Functions& functions) {
    std::set<Hash> codes;
    for (const auto* function : functions) codes.insert(function->hash);
    return codes;
  };
  const std::set<Hash> gone_codes = codes_of(gone), made_codes = codes_of(made);
  // One of the same code, or one of a code that nothing in the other has.
  const auto may_replace = [&](const std::string& old, const std::string& made) {
    const auto& [olds, none] = all.at(old);
    const auto& [nothing, news] = all.at(made);
    if (!none.empty() || !nothing.empty()) return false;
    return olds[0]->hash == news[0]->hash ||
           (!made_codes.contains(olds[0]->hash) && !gone_codes.contains(news[0]->hash));
  };
  const auto renamed = [&](const auto* a, const auto* b) {
    return a->hash == b->hash &&
           std::equal(a->calls.begin(), a->calls.end(), b->calls.begin(), b->calls.end(),
                      [&](const std::string& old, const std::string& made) {
                        return old == made || may_replace(old, made);
                      });
  };
  for (const auto* function : made) {
    const auto old = std::find_if(gone.begin(), gone.end(),
                                  [&](const auto* one) { return renamed(one, function); });
    if (old == gone.end()) {
      changed.push_back(function->symbol);
    } else {
      gone.erase(old);
    }
  }
  for (const auto* function : gone) changed.push_back(function->symbol);
  std::sort(changed.begin(), changed.end());
  return changed;
}

std::set<std::string> library_calls(const ObjectCode& code,
                                    const std::set<std::string>& functions) {
  std::multimap<std::string_view, std::string_view> calls;
  for (const auto& function : code.functions) {
    for (const std::string& called : function.calls) calls.emplace(function.symbol, called);
  }
  std::set<std::string> found;
  std::vector<std::string_view> open(functions.begin(), functions.end());
  while (!open.empty()) {
    const auto [first, last] = calls.equal_range(open.back());
    open.pop_back();
    for (auto call = first; call != last; ++call) {
      const bool is_new =
          is_of_library(call->second) && found.insert(std::string(call->second)).second;
      if (is_new) open.push_back(call->second);
    }
  }
  return found;
}

}  // namespace almanac
