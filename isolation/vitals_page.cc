#include "isolation/vitals_page.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

namespace almanac {

namespace {

constexpr const char* kName = "a page in memory";

Result<void*> map(const FileHandle& file) {
  void* page = mmap(nullptr, sizeof(Vitals), PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (page == MAP_FAILED) return file_error("map", kName, errno);
  return page;
}

}  // namespace

Result<VitalsPage> VitalsPage::create() {
  FileHandle file(memfd_create("progress", MFD_CLOEXEC));
  if (!file.valid()) return file_error("create", kName, errno);
  if (ftruncate(file.get(), sizeof(Vitals)) != 0) return file_error("size", kName, errno);
  TRY(void* const page, map(file));
  return VitalsPage(std::move(file), new (page) Vitals);
}

Result<void> VitalsPage::use_here(const FileHandle& file) {
  TRY(void* const page, map(file));
  Vitals::current = static_cast<Vitals*>(page);
  return {};
}

VitalsPage::~VitalsPage() {
  if (page_ != nullptr) munmap(page_, sizeof(Vitals));
}

VitalsPage::VitalsPage(VitalsPage&& other) noexcept
    : file_(std::move(other.file_)), page_(std::exchange(other.page_, nullptr)) {}

}  // namespace almanac
