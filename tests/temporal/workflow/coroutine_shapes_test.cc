// The shapes of co_await that are allowed (tests/coroutine_test.py) do what they say: every object
// is constructed and destroyed once, at its place, through suspension, exceptions and eviction.
// Compilers have had this wrong; what is here must hold with all that the project is built with.
#include "temporal/workflow/workflow.h"
#include "tests/temporal/replay/script.h"

namespace replay_test {
namespace {

// Knows where it is, so that a copy of its bytes alone is seen.
struct Counted {
  explicit Counted(int value) : value(value) { ++alive; }
  Counted(const Counted& other) : value(other.checked()) { ++alive; }
  Counted(Counted&& other) noexcept : value(other.checked()) {
    other.value = -1;
    ++alive;
  }
  Counted& operator=(Counted other) noexcept {
    value = other.checked();
    return *this;
  }
  ~Counted() {
    static_cast<void>(checked());
    self = nullptr;
    --alive;
  }
  int checked() const {
    broken += self == this ? 0 : 1;
    return value;
  }
  int value;
  const Counted* self = this;
  static inline int alive = 0, broken = 0;
};

// Does not hold when it is made, and holds when it is next looked at: always a suspension.
wf::Until pause() {
  auto looked = std::make_shared<int>(0);
  return wf::until([looked] { return ++*looked > 1; });
}

wf::Task<int> sum(Counted a, Counted b) {
  const Counted local(100);
  co_await pause();
  co_return a.checked() + b.checked() + local.checked();
}
wf::Task<Counted> made(int value) {
  Counted result(value);
  co_await pause();
  co_return result;
}
wf::Task<Counted> passed_on(int value) {
  co_return co_await made(value);
}
wf::Task<int> at_once(Counted a) {
  co_return a.checked();
}
wf::Task<int> throws_after(Counted a) {
  const Counted local(1);
  co_await pause();
  if (a.checked() > 0) throw std::runtime_error("thrown");
  co_return 0;
}
wf::Task<> nothing(Counted a) {
  co_await pause();
  static_cast<void>(a.checked());
}

struct Shapes {
  std::string heard;
  void note(int value) { heard += std::to_string(value) + " "; }

  wf::Task<> statements() {
    co_await pause();
    co_await nothing(Counted(1));
    Counted one(1);
    auto task = sum(one, Counted(2));
    const int first = co_await task;
    note(first);
    int again = 0;
    again = co_await sum(Counted(3), one);
    note(again);
    Counted value = co_await made(7);
    note(value.checked());
    value = co_await passed_on(8);
    note(value.checked());
    note(one.checked());
    const int ready = co_await at_once(Counted(9));
    note(ready);
  }
  wf::Task<> control(int times) {
    for (int i = 0; i < times; ++i) {
      co_await nothing(Counted(i));
    }
    const Counted outer(5);
    if (times > 1) co_await pause();
    while (times-- > 0) {
      const Counted inner(times);
      const int value = co_await at_once(inner);
      note(value);
      if (value == 1) break;
    }
    note(outer.checked());
  }
  wf::Task<> exceptions() {
    const Counted outer(1);
    try {
      const Counted inner(2);
      const int never = co_await throws_after(Counted(3));
      note(never);
    } catch (const std::runtime_error& e) {
      heard += std::string(e.what()) + " ";
    }
    auto late = throws_after(outer);
    co_await pause();
    try {
      co_await late;
    } catch (const std::exception& e) {
      heard += std::string(e.what()) + " ";
    }
    const int fine = co_await throws_after(Counted(0));
    note(fine);
  }
  wf::Task<> moved() {
    std::vector<wf::Task<int>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(sum(Counted(i), Counted(i)));
    auto all = wf::all(tasks);
    const std::vector<int> sums = co_await all;
    note(sums.back());
    tasks[0] = sum(Counted(1), Counted(1));
    wf::Task<int> other = std::move(tasks[0]);
    tasks.clear();
    const int value = co_await other;
    note(value);
  }
  wf::Task<std::string> run(std::string which) {
    if (which == "statements") co_await statements();
    if (which == "control") co_await control(4);
    if (which == "exceptions") co_await exceptions();
    if (which == "moved") co_await moved();
    co_return heard;
  }
  static wf::Definition<Shapes> definition() { return wf::define("Shapes", &Shapes::run); }
};

class CoroutineShapes : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(CoroutineShapes, EveryObjectLivesOnce) {
  Counted::alive = Counted::broken = 0;
  {
    Script script = Script::of<Shapes>(std::string(GetParam().first));
    EXPECT_EQ(script.task(), "completed \"" + std::string(GetParam().second) + "\"");
    EXPECT_EQ(Counted::alive, 0);
  }
  EXPECT_EQ(Counted::alive, 0);
  EXPECT_EQ(Counted::broken, 0);
}

INSTANTIATE_TEST_SUITE_P(All, CoroutineShapes,
                         testing::Values(std::pair("statements", "103 104 7 8 1 9 "),
                                         std::pair("control", "3 2 1 5 "),
                                         std::pair("exceptions", "thrown thrown 0 "),
                                         std::pair("moved", "138 102 ")),
                         [](const auto& info) { return std::string(info.param.first); });

// Many waits, with and without a suspension: frames come and go, the stack stays where it is.
struct Loops {
  wf::Task<int> one(Counted step, bool suspends) {
    if (suspends) co_await pause();
    co_return step.checked();
  }
  wf::Task<bool> run(bool suspends) {
    long total = 0;
    std::uintptr_t lowest = ~std::uintptr_t{0}, highest = 0;
    for (int i = 0; i < 100'000; ++i) {
      const int step = co_await one(Counted(1), suspends);
      total += step;
      const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
      if (i < 10) continue;  // before it has been resumed for the first time
      lowest = std::min(lowest, frame);
      highest = std::max(highest, frame);
    }
    co_return total == 100'000 && highest - lowest < 4096;
  }
  static wf::Definition<Loops> definition() { return wf::define("Loops", &Loops::run); }
};

TEST(CoroutineLoops, HundredThousandAwaitsDoNotGrowTheStack) {
  for (const bool suspends : {false, true}) {
    Counted::alive = Counted::broken = 0;
    EXPECT_EQ(Script::of<Loops>(suspends).task(), "completed true");
    EXPECT_EQ(Counted::alive, 0);
    EXPECT_EQ(Counted::broken, 0);
  }
}

// Taken out of memory at a suspension: what has been constructed is destroyed, and only that.
struct Stuck {
  wf::Task<int> deep(Counted left, int levels) {
    const Counted before(levels);
    auto never = wf::until([] { return false; });
    if (levels == 0) {
      co_await never;
      co_return 0;
    }
    const int below = co_await deep(Counted(left.checked()), levels - 1);
    const Counted after(levels);
    co_return below + after.checked();
  }
  wf::Task<int> run() {
    try {
      const Counted inside(1);
      co_return co_await deep(Counted(7), 5);
    } catch (const std::exception&) {
      ADD_FAILURE() << "destroying is no exception";
    }
    co_return 0;
  }
  static wf::Definition<Stuck> definition() { return wf::define("Stuck", &Stuck::run); }
};

TEST(CoroutineEviction, DestroysWhatWasConstructedAndOnlyThat) {
  Counted::alive = Counted::broken = 0;
  {
    Script script = Script::of<Stuck>();
    EXPECT_EQ(script.task(), "");
    // Six levels, each with its parameter and its local; the six arguments, which live as long as
    // the statement that awaits; and the local of run().
    EXPECT_EQ(Counted::alive, 19);
    script.evict();
    EXPECT_EQ(Counted::alive, 0);
  }
  EXPECT_EQ(Counted::broken, 0);
}

}  // namespace
}  // namespace replay_test
