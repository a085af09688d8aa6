#include "simulator/behaviour/certification.h"

#include <algorithm>
#include <mutex>
#include <thread>

#include "core/code/mutants.h"
#include "simulator/behaviour/comparison.h"
#include "simulator/random.h"

namespace almanac::behaviour {

namespace {

using Clock = std::chrono::steady_clock;
using Survivor = Certification::Survivor;

constexpr size_t kBatch = 64;  // contexts that travel together
constexpr int64_t kExploreMs = 60'000;
constexpr size_t kTries = 4;  // second-order mutants for each that is wanted

struct Change {
  size_t source;  // in the bundle
  Mutant mutant;
};
using Changes = std::vector<Change>;  // one, or two that do not overlap; by place

int line_of(const std::string& text, size_t at) {
  return 1 +
         static_cast<int>(std::count(text.begin(), text.begin() + static_cast<int64_t>(at), '\n'));
}

std::string line_at(const std::string& text, size_t at) {
  const size_t before = text.rfind('\n', at == 0 ? 0 : at - 1);
  const size_t begin = before == text.npos ? 0 : before + 1, end = text.find('\n', at);
  return text.substr(begin, end == text.npos ? end : end - begin);
}

// Last change first, so that places stay what they are.
CodeBundle changed(CodeBundle bundle, const Changes& changes) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    std::string& text = bundle.sources[change->source].text;
    text = mutated(text, change->mutant);
  }
  return bundle;
}

class Certifier {
 public:
  Certifier(Laboratory& laboratory, const Shape& shape, const Material& typical,
            const Version& version, const std::function<void(size_t)>& progress)
      : laboratory_(laboratory),
        version_(version),
        suite_(shape, with_constants(typical, version.bundle, {})),
        progress_(progress) {}

  Result<Certification> run(size_t threads) {
    const auto begun = Clock::now();
    found_.refused = impure(version_.bundle);
    if (!found_.refused.empty()) return std::move(found_);
    TRY(base_, laboratory_.rebuilder().plain(version_.bundle, "base"));
    TRY(unsigned_base_, laboratory_.rebuilder().without_signed_zeros(version_.bundle, "base"));
    TRY_VOID(explore());
    if (found_.refused.empty()) TRY_VOID(observe_base());
    if (found_.refused.empty()) {
      make_first_order();
      TRY_VOID(judge_all(threads));
      if (found_.mutants() < kMutants) {
        make_second_order();
        TRY_VOID(judge_all(threads));
      }
    }
    std::sort(found_.survivors.begin(), found_.survivors.end(), [](const auto& a, const auto& b) {
      return std::tie(a.file, a.line, a.what) < std::tie(b.file, b.line, b.what);
    });
    found_.milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
    return std::move(found_);
  }

 private:
  Result<void> explore() {
    TRY(const Rebuilt probed, laboratory_.rebuilder().probed(version_.bundle, "probed"));
    TRY(const auto coverage, Coverage::of(laboratory_, version_, probed, {}));
    const auto explored =
        suite_.explore({coverage.get()}, Clock::now() + std::chrono::milliseconds(kExploreMs));
    if (!explored.ok() && explored.error().kind != Error::Kind::Data) return explored.error();
    if (!explored.ok()) found_.refused = explored.error().message;
    found_.probes = coverage->size();
    found_.met = coverage->met();
    found_.unmet = coverage->unmet();
    return {};
  }

  Result<void> observe_base() {
    Calculation calculation = version_.calculation;
    calculation.module_sha256 = base_.sha256;
    TRY(Subject subject, Subject::start(laboratory_, calculation, base_.module));
    found_.found = suite_.found();
    found_.contexts = suite_.found() + kDrawn;
    for (size_t first = 0; first < found_.contexts; first += kBatch) {
      const size_t end = std::min<size_t>(found_.contexts, first + kBatch);
      const auto seen = subject.observe(suite_.contexts(first, end));
      if (!seen.ok() && seen.error().kind != Error::Kind::Data) return seen.error();
      if (!seen.ok()) {
        found_.refused = seen.error().message;
        return {};
      }
      for (const Observation& observation : *seen) digests_.push_back(observation.digest);
    }
    return {};
  }

  void make_first_order() {
    for (size_t s = 0; s < version_.bundle.sources.size(); ++s) {
      for (Mutant& mutant : mutants_of(version_.bundle.sources[s].text)) {
        queue_.push_back({{s, std::move(mutant)}});
      }
    }
    simulator::Random random(1);
    for (size_t i = queue_.size(); i > 1; --i) std::swap(queue_[i - 1], queue_[random.below(i)]);
  }

  void make_second_order() {
    queue_.clear();
    next_ = 0;
    const auto place = [](const Change& change) {
      return std::pair(change.source, change.mutant.at);
    };
    std::sort(told_apart_.begin(), told_apart_.end(),
              [&](const Change& a, const Change& b) { return place(a) < place(b); });
    simulator::Random random(2);
    for (size_t tries = kTries * kMutants; told_apart_.size() > 1 && tries > 0; --tries) {
      const Change* one = &told_apart_[random.below(told_apart_.size())];
      const Change* other = &told_apart_[random.below(told_apart_.size())];
      if (other < one) std::swap(one, other);
      const bool apart =
          one->source != other->source || one->mutant.at + one->mutant.length <= other->mutant.at;
      if (one != other && apart) queue_.push_back({*one, *other});
    }
  }

  Result<void> judge_all(size_t threads) {
    std::vector<std::thread> workers;
    for (size_t t = 0; t < std::max<size_t>(threads, 1); ++t) {
      workers.emplace_back([this, t] { work("mutant" + std::to_string(t)); });
    }
    for (std::thread& worker : workers) worker.join();
    if (trouble_) return *trouble_;
    return {};
  }

  void work(const std::string& name) {
    for (;;) {
      Changes changes;
      {
        const std::lock_guard lock(mutex_);
        if (trouble_ || next_ == queue_.size() || found_.mutants() >= kMutants) return;
        changes = queue_[next_++];
      }
      const auto judged = judge(changes, name);
      const std::lock_guard lock(mutex_);
      if (!judged.ok()) trouble_ = judged.error();
      if (progress_) progress_(found_.mutants());
    }
  }

  Result<void> judge(const Changes& changes, const std::string& name) {
    const CodeBundle bundle = changed(version_.bundle, changes);
    const auto rebuilt = laboratory_.rebuilder().plain(bundle, name);
    if (!rebuilt.ok() && rebuilt.error().kind != Error::Kind::Usage) return rebuilt.error();
    if (!rebuilt.ok() || rebuilt->object.identity == base_.object.identity) {
      const std::lock_guard lock(mutex_);
      ++(rebuilt.ok() ? found_.same_object : found_.not_compiled);
      return {};
    }
    TRY(const bool differs, differs_from_base(*rebuilt));
    bool same = false;
    if (!differs) {
      TRY(const Hash identity, laboratory_.rebuilder().without_signed_zeros(bundle, name));
      same = identity == unsigned_base_;
    }
    const std::lock_guard lock(mutex_);
    if (differs) {
      ++found_.told_apart;
      if (changes.size() == 1) told_apart_.push_back(changes[0]);
    } else if (same) {
      ++found_.same_object;
    } else {
      found_.survivors.push_back(survivor(changes));
    }
    return {};
  }

  Result<bool> differs_from_base(const Rebuilt& rebuilt) {
    Calculation calculation = version_.calculation;
    calculation.module_sha256 = rebuilt.sha256;
    TRY(Subject subject, Subject::start(laboratory_, calculation, rebuilt.module));
    for (size_t first = 0; first < digests_.size(); first += kBatch) {
      const size_t end = std::min(digests_.size(), first + kBatch);
      const auto seen = subject.observe(suite_.contexts(first, end));
      if (!seen.ok() && seen.error().kind != Error::Kind::Data) return seen.error();
      if (!seen.ok()) return true;  // it ended its process, or does not come to an end
      for (size_t i = 0; i < seen->size(); ++i) {
        if ((*seen)[i].digest != digests_[first + i]) return true;
      }
    }
    return false;
  }

  Survivor survivor(const Changes& changes) const {
    Survivor left;
    for (const Change& change : changes) {
      const auto& [path, text] = version_.bundle.sources[change.source];
      const size_t at = change.mutant.at;
      left.file = path;
      left.line = line_of(text, at);
      left.what += (left.what.empty() ? "" : ", and ") + change.mutant.what;
      left.before = line_at(text, at);
      left.now = line_at(mutated(text, change.mutant), at);
    }
    return left;
  }

  Laboratory& laboratory_;
  const Version& version_;
  Suite suite_;
  const std::function<void(size_t)>& progress_;
  Rebuilt base_;
  std::vector<Hash> digests_;  // of the base, by context
  Hash unsigned_base_;
  std::mutex mutex_;                // of all below
  std::vector<Change> told_apart_;  // alone
  std::vector<Changes> queue_;
  size_t next_ = 0;
  std::optional<Error> trouble_;
  Certification found_;
};

}  // namespace

Result<Certification> certify(Laboratory& laboratory, const Shape& shape, const Material& typical,
                              const Version& version, size_t threads,
                              const std::function<void(size_t)>& progress) {
  return Certifier(laboratory, shape, typical, version, progress).run(threads);
}

}  // namespace almanac::behaviour
