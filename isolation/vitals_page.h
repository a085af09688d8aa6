// VitalsPage: the Vitals of a child, in memory that its parent shares.
#pragma once

#include "core/base/result.h"
#include "runner/vitals.h"
#include "storage/files.h"

namespace almanac {

class VitalsPage {
 public:
  static Result<VitalsPage> create();
  // From now on this process's Vitals is the one of the page.
  static Result<void> use_here(const FileHandle& file);

  ~VitalsPage();
  VitalsPage(VitalsPage&& other) noexcept;
  VitalsPage& operator=(VitalsPage&&) = delete;

  int file() const { return file_.get(); }
  Vitals* operator->() const { return page_; }

 private:
  VitalsPage(FileHandle file, Vitals* page) : file_(std::move(file)), page_(page) {}

  FileHandle file_;
  Vitals* page_;
};

}  // namespace almanac
