// An object file, taken apart. Source: System V ABI, ELF-64 object file format.
#pragma once

#include <gelf.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace almanac::elf {

struct Symbol {
  std::string name;
  size_t section = 0;  // 0: of another object
  uint64_t offset = 0, size = 0;
  bool of_section = false, function = false;
};

struct Relocation {
  uint64_t offset, type, symbol;
  int64_t addend;
};

struct Section {
  std::string name;
  GElf_Shdr header = {};
  std::string bytes;                    // empty where the file has none (.bss)
  std::vector<Relocation> relocations;  // by offset
  size_t exceptions = 0;                // section with the table of this function; 0: none
  bool code() const { return (header.sh_flags & SHF_EXECINSTR) != 0; }
  bool merged() const { return (header.sh_flags & SHF_MERGE) != 0; }
};

// An object file, taken apart.
struct Object {
  // Whether the addend is the place that is meant: where a distance from the instruction is wanted,
  // the end of the instruction is subtracted, which may be anywhere behind.
  bool is_exact(const Relocation& relocation) const {
    return machine != EM_X86_64 || relocation.type == R_X86_64_64 ||
           relocation.type == R_X86_64_32 || relocation.type == R_X86_64_32S;
  }
  // A function of this object is called the same way whether or not others may see it.
  uint64_t type_of(const Relocation& relocation) const {
    const bool call = machine == EM_X86_64 && relocation.type == R_X86_64_PLT32;
    return call ? R_X86_64_PC32 : relocation.type;
  }

  uint16_t machine = EM_NONE;
  std::vector<Section> sections;
  std::vector<Symbol> symbols;
  std::map<size_t, std::string> names;  // of sections: the first of the symbols at its start
};

// Data error: it is no relocatable ELF-64 object.
Result<Object> read(std::string_view bytes);

}  // namespace almanac::elf
