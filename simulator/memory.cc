#include "simulator/memory.h"

#include <arrow/record_batch.h>

#include <utility>

#include "core/data/calendar.h"

namespace almanac::simulator {

namespace {

class MemoryStore final : public Store {
 public:
  MemoryStore(Memory* memory, int64_t process, const std::set<int64_t>* alive, Seam seam)
      : Store("/simulated/store"),
        memory_(memory),
        process_(process),
        alive_(alive),
        seam_(std::move(seam)) {}

  std::string stage(const std::string& name) override { return memory_->stage(process_, name); }
  void sweep() override { memory_->sweep(*alive_); }
  Result<void> keep(const std::vector<StagedFile>& files) override {
    for (const StagedFile& file : files) {
      TRY_VOID(seam_(Place::Store, "keep"));
      if (!memory_->unstage(file.path)) {
        return internal_error(file.path + " is not staged (simulated)");
      }
      memory_->blobs.insert(file.blob.sha256);
      TRY_VOID(seam_(Place::Kept, "keep"));
    }
    return {};
  }
  bool has(const Blob& blob) const override { return memory_->blobs.contains(blob.sha256); }
  std::string path(const Blob& blob) const override { return "/simulated/store/" + blob.sha256; }
  Result<void> verify(const Blob& blob) const override {
    if (has(blob)) return {};
    return data_error("the blob " + blob.sha256 + " is lost (simulated)");
  }
  Result<void> check(const Blob& blob) override {
    TRY_VOID(seam_(Place::Read, "check of a blob"));
    return verify(blob);
  }
  Result<void> quarantine(const Blob& blob) override {
    memory_->blobs.erase(blob.sha256);
    return {};
  }

 private:
  Memory* const memory_;
  const int64_t process_;
  const std::set<int64_t>* const alive_;
  const Seam seam_;
};

class MemoryView final : public Published {
 public:
  MemoryView(Memory* memory, Seam seam) : memory_(memory), seam_(std::move(seam)) {}

  Result<void> publish(const std::string& category, const std::string& calculation, Date date,
                       const ResultRecord& result) override {
    TRY_VOID(seam_(Place::View, "publish"));
    for (const Blob& blob : result.shards) {
      if (!memory_->blobs.contains(blob.sha256)) {
        return internal_error(calculation + ' ' + kNoBlob);
      }
    }
    memory_->view[{category, calculation, date}] = result.hash;
    return seam_(Place::Viewed, "publish");
  }
  Result<void> withdraw(const std::string& category, const std::string& calculation,
                        Date date) override {
    TRY_VOID(seam_(Place::View, "withdraw"));
    memory_->view.erase({category, calculation, date});
    return seam_(Place::Viewed, "withdraw");
  }

  class MemoryFolder final : public Folder {
   public:
    MemoryFolder(const Memory* memory, std::string category, std::string calculation)
        : memory_(memory), category_(std::move(category)), calculation_(std::move(calculation)) {}
    bool holds(Date date, const ResultRecord& result) const override {
      const auto found = memory_->view.find({category_, calculation_, date});
      return found != memory_->view.end() && found->second == result.hash;
    }

   private:
    const Memory* const memory_;
    const std::string category_, calculation_;
  };
  Result<std::unique_ptr<Folder>> folder(const std::string& category,
                                         const std::string& calculation) const override {
    return std::unique_ptr<Folder>(new MemoryFolder(memory_, category, calculation));
  }

 private:
  Memory* const memory_;
  const Seam seam_;
};

class MemoryData final : public RootData {
 public:
  MemoryData(const Memory* memory, Project project, Seam seam)
      : memory_(memory), project_(std::move(project)), seam_(std::move(seam)) {}

  // A partition that goes counts as restated without rows: nothing is archived.
  Result<Availability> index(const std::vector<DatasetAvailability>&, Date last_day) override {
    TRY_VOID(seam_(Place::Data, "index"));
    indexed_ = memory_->data;
    static const auto schema = [] {
      auto made = std::make_shared<PartitionSchema>();
      made->names = {"key", "x"};
      made->types = {"int64", "int64"};
      return std::shared_ptr<const PartitionSchema>(made);
    }();
    DatasetAvailability dataset;
    dataset.name = kDataset;
    dataset.entity = "key";
    dataset.first = project_.datasets.front().first;
    for (const auto& [day, value] : indexed_) {
      Partition partition;
      partition.date = date_of(day);
      partition.presence = Presence::Present;
      partition.rows = 1;
      partition.schema = schema;
      partition.columns = {Hash{1, 1}, fingerprint_of(value)};
      dataset.partitions.push_back(std::move(partition));
    }
    Availability availability;
    availability.datasets.push_back(std::move(dataset));
    availability.calendar = calendar_of(project_, availability.datasets, last_day);
    return availability;
  }

  Result<std::shared_ptr<arrow::RecordBatchReader>> read(
      const std::string& dataset, Date, const std::vector<Calculation::Column>&) const override {
    return internal_error("root data of " + dataset + " are read as bytes in a simulation");
  }

  bool unchanged(const std::string&, Date date) const override {
    const auto now = memory_->data.find(day_of(date)), then = indexed_.find(day_of(date));
    if (now == memory_->data.end() || then == indexed_.end()) {
      return (now == memory_->data.end()) == (then == indexed_.end());
    }
    return now->second == then->second;
  }

 private:
  const Memory* const memory_;
  const Project project_;
  const Seam seam_;
  Data indexed_;
};

}  // namespace

std::string Memory::stage(int64_t process, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const std::string file = "/simulated/staging/" + std::to_string(++count_) + "-" + name;
  staged_[file] = process;
  return file;
}

bool Memory::unstage(const std::string& file) {
  const std::lock_guard lock(mutex_);
  return staged_.erase(file) == 1;
}

void Memory::sweep(const std::set<int64_t>& alive) {
  const std::lock_guard lock(mutex_);
  std::erase_if(staged_, [&](const auto& one) { return !alive.contains(one.second); });
}

std::unique_ptr<Store> memory_store(Memory* memory, int64_t process, const std::set<int64_t>* alive,
                                    Seam seam) {
  return std::make_unique<MemoryStore>(memory, process, alive, std::move(seam));
}
std::unique_ptr<Published> memory_view(Memory* memory, Seam seam) {
  return std::make_unique<MemoryView>(memory, std::move(seam));
}
std::shared_ptr<RootData> memory_data(const Memory* memory, Project project, Seam seam) {
  return std::make_shared<MemoryData>(memory, std::move(project), std::move(seam));
}

}  // namespace almanac::simulator
