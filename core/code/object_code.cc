#include "core/code/object_code.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>

#include "almanac/abi.h"
#include "core/code/elf_object.h"
#include "core/code/tokens.h"

namespace almanac {

namespace {

using elf::Object;
using elf::Relocation;
using elf::Section;
using elf::Symbol;

constexpr uint64_t kOneNumber = 8, kOneText = 16;   // bytes
constexpr std::string_view kCases = ".LCASEARRAY";  // of a switch, for a probe
// Itanium C++ ABI: the text of a type's name; its description, and tables of its virtual functions.
constexpr std::string_view kTypeName = "_ZTS", kOfTypes[] = {kTypeName, "_ZTI", "_ZTV", "_ZTT"};

// One of the constants of a section that the linker merges: a text, of characters of `size` bytes,
// or a value of that size.
std::string_view constant_at(std::string_view bytes, uint64_t offset, uint64_t size, bool text) {
  if (offset >= bytes.size() || size == 0) return {};
  uint64_t end = offset + size;
  if (text) {
    for (end = offset; end + size <= bytes.size(); end += size) {
      if (bytes.substr(end, size).find_first_not_of('\0') == bytes.npos) break;
    }
  }
  return bytes.substr(offset, end - offset);
}

constexpr int64_t kToTheEnd = 4;  // of an instruction, from the distance in it, mostly

bool is_text(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) { return c < 0 || c >= ' ' || c == '\n'; });
}

bool is_of_type(std::string_view name) {
  return std::ranges::any_of(kOfTypes, [&](auto prefix) { return name.starts_with(prefix); });
}

// Walks what is reached from the entry, breadth first, in the order in which it is named.
class Walk {
 public:
  Walk(const Object& object, TypeNames names)
      : object_(object), names_(names), hasher_("object/1") {}

  Result<ObjectCode> run() {
    const size_t entry = entry_section();
    if (entry == 0) return data_error("has no function " + std::string(abi::kEntryName));
    find_module(entry);
    reach(entry);
    for (size_t s = 1; s < object_.sections.size(); ++s) {
      const uint32_t type = object_.sections[s].header.sh_type;
      if (type == SHT_INIT_ARRAY || type == SHT_PREINIT_ARRAY || type == SHT_FINI_ARRAY) reach(s);
    }
    while (next_ < order_.size()) hash_section(order_[next_++], &hasher_, true);
    ObjectCode code;
    code.identity = hasher_.digest();
    for (size_t s : order_) {
      if (!object_.sections[s].code()) continue;
      Hasher own("function/2");
      calls_.clear();
      hash_section(s, &own, false);
      code.functions.push_back({name_of(s), own.digest(), std::move(calls_)});
    }
    std::sort(code.functions.begin(), code.functions.end(), [](const auto& a, const auto& b) {
      return std::tie(a.symbol, a.hash) < std::tie(b.symbol, b.hash);
    });
    return code;
  }

  // After run().
  std::vector<ConstantTable> tables() {
    std::vector<ConstantTable> tables;
    for (const size_t s : order_) {
      const Section& section = object_.sections[s];
      // What refers to something is written when it is loaded.
      const bool refers = section.name.starts_with(".data.rel.ro");
      const bool constant = (section.header.sh_flags & (SHF_WRITE | SHF_EXECINSTR)) == 0;
      if ((!constant && !refers) || section.merged() || s == module_) continue;
      if (is_of_type(name_of(s))) continue;
      if (section.bytes.size() <= (refers ? kOneText : kOneNumber)) continue;
      if (section.name.starts_with(".gcc_except_table")) continue;
      if (section.name.find(kCases) != section.name.npos) continue;
      if (!object_.names.contains(s)) {
        add_parts(s, &tables);
        continue;
      }
      Hasher hasher("constants/1");
      for (const Relocation& relocation : section.relocations) {
        hasher.add(relocation.offset);
        hash_target(relocation, &hasher, false);
      }
      tables.push_back({section.bytes, section.relocations.empty() ? Hash{} : hasher.digest()});
    }
    std::sort(tables.begin(), tables.end());
    return tables;
  }

 private:
  // What of a section has no name is taken apart: what is referred to by its place, up to the next.
  // Texts are no tables: what uses one of them uses all of it.
  void add_parts(size_t section, std::vector<ConstantTable>* tables) {
    for (const uint64_t start : starts_in(section)) {
      const std::string_view part = part_at(section, start);
      if (part.size() > kOneNumber && !is_text(part)) {
        tables->push_back({std::string(part), Hash{}});
      }
    }
  }

  std::string_view part_at(size_t section, uint64_t start) {
    const std::string_view all = object_.sections[section].bytes;
    if (start >= all.size()) return {};
    const auto& starts = starts_in(section);
    const auto next = starts.upper_bound(start);
    const std::string_view part =
        all.substr(start, next == starts.end() ? all.npos : *next - start);
    return part.substr(0, part.find_last_not_of('\0') + 1);  // the rest fills up to the next
  }

  const std::set<uint64_t>& starts_in(size_t section) {
    const auto [found, is_new] = starts_.try_emplace(section, std::set<uint64_t>{0});
    for (size_t s = 1; is_new && s < object_.sections.size(); ++s) {
      for (const Relocation& relocation : object_.sections[s].relocations) {
        const Symbol& symbol = object_.symbols[relocation.symbol];
        if (symbol.section == section && symbol.of_section) {
          found->second.insert(place_of(relocation));
        }
      }
    }
    return found->second;
  }

  uint64_t place_of(const Relocation& relocation) const {
    const int64_t behind = object_.is_exact(relocation) ? 0 : kToTheEnd;
    return static_cast<uint64_t>(std::max<int64_t>(0, relocation.addend + behind));
  }

  size_t entry_section() const {
    for (const Symbol& symbol : object_.symbols) {
      if (symbol.name == abi::kEntryName && symbol.function) return symbol.section;
    }
    return 0;
  }

  // The table of functions that the entry gives: its way to `describe` is not followed.
  void find_module(size_t entry) {
    for (const Relocation& relocation : object_.sections[entry].relocations) {
      const Symbol& symbol = object_.symbols[relocation.symbol];
      if (symbol.section == 0 || object_.sections[symbol.section].code()) continue;
      if (object_.sections[symbol.section].bytes.size() == sizeof(abi::Module)) {
        module_ = symbol.section;
      }
    }
  }

  std::string name_of(size_t section) const {
    const auto found = object_.names.find(section);
    return found == object_.names.end() ? object_.sections[section].name : found->second;
  }

  uint64_t reach(size_t section) {
    const auto [at, is_new] = numbers_.emplace(section, numbers_.size());
    if (is_new) order_.push_back(section);
    return at->second;
  }

  // `whole`: what it refers to is reached and counts by its number; else a function is noted, and
  // data count by what they hold.
  void hash_section(size_t s, Hasher* hasher, bool whole) {
    const Section& section = object_.sections[s];
    constexpr uint64_t kMeaning = SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_TLS;
    hasher->add(section.header.sh_flags & kMeaning);
    if (names_ == TypeNames::Count || !name_of(s).starts_with(kTypeName)) {
      hasher->add(section.header.sh_addralign).add(section.header.sh_size).add(section.bytes);
    }
    for (const Relocation& relocation : section.relocations) {
      if (s == module_ && relocation.offset == offsetof(abi::Module, describe)) continue;
      hasher->add(relocation.offset);
      hash_target(relocation, hasher, whole);
    }
    hasher->add(uint64_t{section.exceptions != 0});
    if (section.exceptions != 0) hash_place(section.exceptions, hasher, whole);
  }

  // What a relocation names: a symbol, or a place in a section.
  void hash_target(const Relocation& relocation, Hasher* hasher, bool whole) {
    const Symbol& symbol = object_.symbols[relocation.symbol];
    const auto addend = static_cast<uint64_t>(relocation.addend);
    if (symbol.section == 0) {
      hasher->add(relocation.type).add(addend).add("external").add(symbol.name);
      return;
    }
    hasher->add(object_.type_of(relocation));
    const Section& target = object_.sections[symbol.section];
    if (target.merged() && (!symbol.of_section || object_.is_exact(relocation))) {
      const bool text = (target.header.sh_flags & SHF_STRINGS) != 0;
      const uint64_t size = target.header.sh_entsize;
      const uint64_t at = symbol.of_section ? addend : symbol.offset;
      hasher->add("constant").add(size).add(constant_at(target.bytes, at, size, text));
      if (!symbol.of_section) hasher->add(addend);
      return;
    }
    if (!whole && symbol.of_section && !target.code() && !object_.names.contains(symbol.section)) {
      hasher->add("part").add(part_at(symbol.section, place_of(relocation)));
      return;
    }
    hasher->add(symbol.offset + addend);
    hash_place(symbol.section, hasher, whole);
  }

  void hash_place(size_t section, Hasher* hasher, bool whole) {
    if (whole) {
      hasher->add("place").add(reach(section));
    } else if (object_.sections[section].code()) {
      hasher->add("function");
      calls_.push_back(name_of(section));
    } else if (depth_ < kDepth) {
      ++depth_;
      hash_section(section, hasher, false);
      --depth_;
    }
  }

  static constexpr int kDepth = 8;  // of data that refer to data, for the hash of one function

  const Object& object_;
  const TypeNames names_;
  Hasher hasher_;
  std::map<size_t, uint64_t> numbers_;
  std::vector<size_t> order_;
  std::vector<std::string> calls_;               // of the function that is hashed
  std::map<size_t, std::set<uint64_t>> starts_;  // by section
  size_t next_ = 0, module_ = 0;
  int depth_ = 0;
};

}  // namespace

bool may_show_type_names(std::string_view source) {
  constexpr std::string_view kShow[] = {"typeid", "type_info", "type_index", "##", "%:%:"};
  const std::vector<Token> tokens = tokenise(source);
  return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
    return std::find(std::begin(kShow), std::end(kShow), token.text) != std::end(kShow);
  });
}

Result<ObjectCode> read_object_code(std::string_view object, TypeNames names) {
  TRY(const Object read, elf::read(object));
  return Walk(read, names).run();
}

Result<std::vector<ConstantTable>> read_tables(std::string_view object) {
  TRY(const Object read, elf::read(object));
  Walk walk(read, TypeNames::DoNotCount);
  TRY_VOID(walk.run());
  return walk.tables();
}

}  // namespace almanac
