#include "core/code/probe_sites.h"

#include <elfutils/libdw.h>
#include <libelf.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "almanac/probes.h"
#include "core/code/elf_object.h"
#include "core/code/landing_pads.h"

namespace almanac {

namespace {

constexpr std::string_view kBlock = "__sanitizer_cov_trace_pc",
                           kSwitch = "__sanitizer_cov_trace_switch",
                           kAny = "__sanitizer_cov_trace_";
constexpr uint64_t kCallBytes = 4;  // from where the relocation is to behind the call

struct CloseElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};
struct CloseDwarf {
  void operator()(Dwarf* dwarf) const { dwarf_end(dwarf); }
};

// A linked module.
class Linked {
 public:
  explicit Linked(std::string_view bytes) {
    elf_version(EV_CURRENT);
    elf_.reset(elf_memory(const_cast<char*>(bytes.data()), bytes.size()));
    if (!elf_) return;
    read_symbols();
    read_lines();
  }

  // 0: there is none.
  uint64_t address_of(const std::string& function) const {
    const auto found = functions_.find(function);
    return found == functions_.end() ? 0 : found->second;
  }

  void locate(ProbeSite* site) const {
    // The line of the call, not of what is behind it.
    for (auto after = lines_.upper_bound(site->address - 1); after != lines_.begin();) {
      const auto& [file, line] = (--after)->second;
      // What is called from there is evaluated right before.
      if (file.ends_with(kProbedHeader)) continue;
      site->file = file;
      site->line = line;
      return;
    }
  }

 private:
  void read_symbols() {
    for (Elf_Scn* scn = nullptr; (scn = elf_nextscn(elf_.get(), scn)) != nullptr;) {
      GElf_Shdr header;
      if (gelf_getshdr(scn, &header) == nullptr || header.sh_type != SHT_SYMTAB) continue;
      Elf_Data* data = elf_getdata(scn, nullptr);
      if (data == nullptr || header.sh_entsize == 0) continue;
      for (int i = 0; i < static_cast<int>(header.sh_size / header.sh_entsize); ++i) {
        GElf_Sym symbol;
        if (gelf_getsym(data, i, &symbol) == nullptr) break;
        if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_value == 0) continue;
        const char* name = elf_strptr(elf_.get(), header.sh_link, symbol.st_name);
        if (name != nullptr) functions_.emplace(name, symbol.st_value);
      }
    }
  }

  void read_lines() {
    const std::unique_ptr<Dwarf, CloseDwarf> dwarf(
        dwarf_begin_elf(elf_.get(), DWARF_C_READ, nullptr));
    if (!dwarf) return;
    size_t header = 0;
    for (Dwarf_Off offset = 0, next = 0;
         dwarf_nextcu(dwarf.get(), offset, &next, &header, nullptr, nullptr, nullptr) == 0;
         offset = next) {
      Dwarf_Die unit;
      Dwarf_Lines* lines = nullptr;
      size_t count = 0;
      if (dwarf_offdie(dwarf.get(), offset + header, &unit) == nullptr) continue;
      if (dwarf_getsrclines(&unit, &lines, &count) != 0) continue;
      for (size_t i = 0; i < count; ++i) {
        Dwarf_Line* line = dwarf_onesrcline(lines, i);
        Dwarf_Addr address = 0;
        int number = 0;
        if (dwarf_lineaddr(line, &address) != 0 || dwarf_lineno(line, &number) != 0) continue;
        const char* file = dwarf_linesrc(line, nullptr, nullptr);
        if (file == nullptr) continue;
        lines_[address] = {std::filesystem::path(file).lexically_normal().string(), number};
      }
    }
  }

  std::unique_ptr<Elf, CloseElf> elf_;
  std::map<std::string, uint64_t> functions_;
  std::map<uint64_t, std::pair<std::string, int>> lines_;  // from there on
};

// Empty: it is no probe.
std::optional<ProbeSite::Kind> kind_of(std::string_view called) {
  using Kind = ProbeSite::Kind;
  if (std::ranges::count(probes::kRoundings, called) > 0) return Kind::Rounding;
  if (std::ranges::count(probes::kChoices, called) > 0) return Kind::Real;
  if (!called.starts_with(kAny)) return {};
  if (called == kBlock) return Kind::Block;
  if (called == kSwitch) return Kind::Switch;
  const char last = called.back();
  return last == 'd' || last == 'f' ? Kind::Real : last == '1' ? Kind::Truth : Kind::Integer;
}

// The function of a section in which a place is; null: none.
const elf::Symbol* function_at(const std::vector<const elf::Symbol*>& functions, uint64_t offset) {
  for (const elf::Symbol* function : functions) {
    if (function->offset <= offset && offset < function->offset + function->size) return function;
  }
  return nullptr;
}

// Removes, of the sites of one section in order, those that run only while an exception is on its
// way: compilers put what cleans up behind all else. Where a function catches some, they are told
// apart by their first block alone.
void remove_unwinding(const elf::Object& parts, const elf::Section& section, uint64_t start,
                      std::vector<ProbeSite>* sites) {
  if (section.exceptions == 0) return;
  const auto pads = landing_pads(parts.sections[section.exceptions].bytes);
  if (!pads) return;
  const bool catches =
      std::any_of(pads->begin(), pads->end(), [](const LandingPad& pad) { return pad.catches; });
  for (const LandingPad& pad : *pads) {
    if (pad.catches) continue;
    const auto first = std::find_if(sites->begin(), sites->end(), [&](const ProbeSite& site) {
      return site.address > start + pad.offset;
    });
    sites->erase(first, catches && first != sites->end() ? first + 1 : sites->end());
  }
}

}  // namespace

Result<std::vector<ProbeSite>> read_probe_sites(std::string_view object, std::string_view module) {
  TRY(const elf::Object parts, elf::read(object));
  const Linked linked(module);
  std::vector<std::vector<const elf::Symbol*>> functions(parts.sections.size());
  for (const elf::Symbol& symbol : parts.symbols) {
    if (symbol.function) functions[symbol.section].push_back(&symbol);
  }
  std::vector<ProbeSite> sites;
  for (size_t s = 1; s < parts.sections.size(); ++s) {
    const elf::Section& section = parts.sections[s];
    std::vector<ProbeSite> own;
    uint64_t start = 0;
    for (const elf::Relocation& relocation : section.relocations) {
      const auto kind = kind_of(parts.symbols[relocation.symbol].name);
      if (!kind) continue;
      const elf::Symbol* function = function_at(functions[s], relocation.offset);
      start = function == nullptr ? 0 : linked.address_of(function->name);
      if (start == 0) return data_error("the module is not that of the object");
      ProbeSite& site = own.emplace_back();
      site.address = start + relocation.offset - function->offset + kCallBytes;
      site.kind = *kind;
      // A section may have several names, such as those of a constructor; the objects of two
      // versions tell which functions differ by the first.
      const auto name = parts.names.find(s);
      site.function = name == parts.names.end() ? function->name : name->second;
      linked.locate(&site);
    }
    remove_unwinding(parts, section, start, &own);
    sites.insert(sites.end(), own.begin(), own.end());
  }
  std::sort(sites.begin(), sites.end(),
            [](const ProbeSite& a, const ProbeSite& b) { return a.address < b.address; });
  return sites;
}

}  // namespace almanac
