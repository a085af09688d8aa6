#include "core/code/elf_object.h"

#include <libelf.h>

#include <algorithm>
#include <memory>
#include <tuple>

namespace almanac::elf {

namespace {

struct CloseElf {
  void operator()(Elf* elf) const { elf_end(elf); }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  Result<Object> read() {
    elf_version(EV_CURRENT);
    // libelf does not write into what it only reads.
    elf_.reset(elf_memory(const_cast<char*>(bytes_.data()), bytes_.size()));
    GElf_Ehdr header;
    size_t names = 0;
    if (!elf_ || elf_kind(elf_.get()) != ELF_K_ELF ||
        gelf_getehdr(elf_.get(), &header) == nullptr || header.e_type != ET_REL ||
        gelf_getclass(elf_.get()) != ELFCLASS64 || elf_getshdrstrndx(elf_.get(), &names) != 0) {
      return data_error("expected a relocatable ELF-64 object, found another kind of file");
    }
    object_.machine = header.e_machine;
    object_.sections.emplace_back();
    for (Elf_Scn* scn = nullptr; (scn = elf_nextscn(elf_.get(), scn)) != nullptr;) {
      Section section;
      if (gelf_getshdr(scn, &section.header) == nullptr) return damaged();
      const char* name = elf_strptr(elf_.get(), names, section.header.sh_name);
      section.name = name == nullptr ? "" : name;
      Elf_Data* data = elf_getdata(scn, nullptr);
      const bool filled = data != nullptr && data->d_buf != nullptr;
      if (filled) section.bytes.assign(static_cast<const char*>(data->d_buf), data->d_size);
      object_.sections.push_back(std::move(section));
    }
    for (size_t s = 1; s < object_.sections.size(); ++s) {
      const uint32_t type = object_.sections[s].header.sh_type;
      if (type == SHT_SYMTAB && !read_symbols(s)) return damaged();
      if (type == SHT_REL) return data_error("expected relocations with addends, found others");
    }
    for (size_t s = 1; s < object_.sections.size(); ++s) {
      if (object_.sections[s].header.sh_type == SHT_RELA && !read_relocations(s)) return damaged();
    }
    find_exceptions();
    return std::move(object_);
  }

 private:
  static Error damaged() { return data_error("cannot be read to its end: " + reason()); }
  static std::string reason() {
    const char* text = elf_errmsg(-1);
    return text == nullptr ? "it is damaged" : text;
  }

  bool read_symbols(size_t s) {
    Elf_Data* data = elf_getdata(elf_getscn(elf_.get(), s), nullptr);
    const GElf_Shdr& header = object_.sections[s].header;
    if (data == nullptr || header.sh_entsize == 0) return false;
    for (int i = 0; i < static_cast<int>(header.sh_size / header.sh_entsize); ++i) {
      GElf_Sym found;
      if (gelf_getsym(data, i, &found) == nullptr) return false;
      const char* name = elf_strptr(elf_.get(), header.sh_link, found.st_name);
      const unsigned type = GELF_ST_TYPE(found.st_info);
      Symbol symbol{name == nullptr ? "" : name,
                    0,
                    found.st_value,
                    found.st_size,
                    type == STT_SECTION,
                    type == STT_FUNC};
      if (found.st_shndx < object_.sections.size()) symbol.section = found.st_shndx;
      // Common symbols and absolute ones are told apart by name, like those of other objects.
      if (symbol.section != 0 && !symbol.of_section && symbol.offset == 0) {
        std::string& first = object_.names[symbol.section];
        if (first.empty() || symbol.name < first) first = symbol.name;
      }
      object_.symbols.push_back(std::move(symbol));
    }
    return true;
  }

  bool read_relocations(size_t s) {
    Elf_Data* data = elf_getdata(elf_getscn(elf_.get(), s), nullptr);
    const GElf_Shdr& header = object_.sections[s].header;
    if (data == nullptr || header.sh_entsize == 0) return false;
    if (header.sh_info >= object_.sections.size()) return false;
    auto& relocations = object_.sections[header.sh_info].relocations;
    for (int i = 0; i < static_cast<int>(header.sh_size / header.sh_entsize); ++i) {
      GElf_Rela found;
      if (gelf_getrela(data, i, &found) == nullptr) return false;
      const uint64_t symbol = GELF_R_SYM(found.r_info);
      if (symbol >= object_.symbols.size()) return false;
      relocations.push_back({found.r_offset, GELF_R_TYPE(found.r_info), symbol, found.r_addend});
    }
    std::sort(relocations.begin(), relocations.end(), [](const auto& a, const auto& b) {
      return std::tie(a.offset, a.type, a.addend) < std::tie(b.offset, b.type, b.addend);
    });
    return true;
  }

  // The frames of .eh_frame name a function, then the table of its exceptions.
  void find_exceptions() {
    for (const Section& frames : object_.sections) {
      if (frames.name != ".eh_frame") continue;
      size_t function = 0;
      for (const Relocation& relocation : frames.relocations) {
        const size_t target = object_.symbols[relocation.symbol].section;
        if (target == 0) continue;
        if (object_.sections[target].code()) {
          function = target;
        } else if (object_.sections[target].name.starts_with(".gcc_except_table")) {
          object_.sections[function].exceptions = target;
        }
      }
    }
  }

  std::string_view bytes_;
  std::unique_ptr<Elf, CloseElf> elf_;
  Object object_;
};

}  // namespace

Result<Object> read(std::string_view bytes) {
  return Reader(bytes).read();
}

}  // namespace almanac::elf
