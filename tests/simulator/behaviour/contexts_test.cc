// Made-up contexts: what they cover, that every process makes the same, and that a calculation that
// does something else is seen by them.
#include <arrow/array.h>
#include <arrow/buffer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "core/base/hash.h"
#include "core/plan/behaviour.h"
#include "runner/context_bytes.h"
#include "runner/module.h"
#include "runner/observe.h"
#include "simulator/behaviour/aim.h"
#include "simulator/behaviour/fabricator.h"
#include "simulator/behaviour/input.h"
#include "tests/support/compiled_module.h"

namespace almanac::behaviour {
namespace {

constexpr const char* kFees = R"cc(
#include <almanac/calculation.h>

  using namespace almanac;

  // Fees by tier; more at the end of a month.
  struct Fees : PerEntity {
    Table trades = dataset("trades").window(3);
    In<double> amount = trades["amount"];
    In<int64_t> tier = trades["tier"];
    Table before = previous();
    In<double> paid_before = before["paid"];

    Key<std::string_view> user = key("user");
    Out<double> fee = column("fee");
    Out<double> paid = column("paid").nullable();

    void process(const Entity& entity, Output& out) const override {
      double sum = 0;
      for (const WindowDay day : entity.window(trades)) {
        for (const Row row : day.rows) {
          if (!row.has(amount) || !row.has(tier)) entity.reject("incomplete", 1);
          const double value = row[amount];
          if (!(value == value)) continue;
          sum += row[tier] == 7 ? 0 : value < 250 ? 1.5 : value * 0.007;
        }
      }
      if (sum > 1e6) throw std::runtime_error("too much");
      Record record = out.add();
      record[fee] = sum;
      const Rows earlier = entity.rows(before);
      if (!earlier.empty()) record[paid] = earlier[0][paid_before] + sum;
    }
  };
  ALMANAC_CALCULATION(Fees, "fees", "fees")
)cc";

Shape closes() {
  Shape shape{"closes", abi::Kind::WholeDate, {}, {}};
  Shape::Read prices{abi::Source::Calculation, "prices", 3};
  prices.unique = true;
  prices.fields = {{"ticker", Type::String, true}, {"close", Type::Float64}};
  shape.reads = {prices};
  return shape;
}

class Contexts : public testing::Test {
 protected:
  // A version of the calculation, with one text in place of another.
  struct Version {
    Module module;
    Calculation calculation;
    Instance instance;
  };
  Version version(const std::string& from = "", const std::string& to = "") {
    std::string text = kFees;
    if (!from.empty()) {
      EXPECT_NE(text.find(from), text.npos) << from;
      text.replace(text.find(from), from.size(), to);
    }
    const std::string name = "v" + std::to_string(count_++);
    const std::string source = folder_.file(name + ".cc");
    std::ofstream(source) << text;
    Module module = std::move(Module::load(folder_.compile(source, name + ".so"))).value();
    Calculation calculation = module.describe().value();
    Instance instance = std::move(module.create({})).value();
    return {std::move(module), std::move(calculation), std::move(instance)};
  }

  static Shape shape() {
    Shape shape{"fees", abi::Kind::PerEntity, {"user", Type::String}, {}};
    Shape::Read trades{abi::Source::Dataset, "trades", 3};
    trades.keyed = true;
    trades.fields = {{"amount", Type::Float64}, {"tier", Type::Int64}};
    Shape::Read before{abi::Source::Previous, ""};
    before.keyed = before.unique = before.single = true;
    before.fields = {{"paid", Type::Float64}};
    shape.reads = {trades, before};
    return shape;
  }

  // The first seed whose context tells two versions apart; -1: none below `end`.
  int first_difference(Version& a, Version& b, const Material& material, int end) {
    for (int seed = 0; seed < end; ++seed) {
      const Context context = fabricate(shape(), material, static_cast<uint64_t>(seed));
      const auto one = observe(a.instance, a.calculation, context);
      const auto other = observe(b.instance, b.calculation, context);
      if (one.digest != other.digest) return seed;
    }
    return -1;
  }

  ModuleFolder folder_;
  int count_ = 0;
};

TEST_F(Contexts, TheSameSeedMakesTheSame) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Context one = fabricate(shape(), {}, seed), other = fabricate(shape(), {}, seed);
    EXPECT_EQ(one.dates, other.dates);
    EXPECT_TRUE(one.entities->Equals(*other.entities));
    for (size_t read = 0; read < one.reads.size(); ++read) {
      ASSERT_EQ(one.reads[read].size(), other.reads[read].size());
      for (size_t day = 0; day < one.reads[read].size(); ++day) {
        const DayTable& a = one.reads[read][day];
        const DayTable& b = other.reads[read][day];
        EXPECT_EQ(a.offsets, b.offsets);
        for (size_t c = 0; c < a.columns.size(); ++c) {
          EXPECT_TRUE(a.columns[c]->Equals(*b.columns[c], arrow::EqualOptions().nans_equal(true)));
        }
      }
    }
  }
}

// Digests of other times, and those who found them, are compared with what is made now.
TEST_F(Contexts, OfARecipeStayWhatTheyAre) {
  Hasher hasher("contexts");
  Material material;
  material.numbers = {0.25, 50, 1000};
  material.texts = {"SPY"};
  Shape crowd = shape();
  crowd.kind = abi::Kind::WholeDate;
  crowd.entity = {"user", Type::Int64};
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    hasher.add(encode(fabricate(shape(), {}, seed)));
    hasher.add(encode(fabricate(closes(), {}, seed)));
    if (seed < 500) hasher.add(encode(fabricate(crowd, material, seed)));
  }
  EXPECT_EQ(hasher.digest().hex(), "c52bab8740c8cab674934c478164d350")
      << "raise kEvidenceRecipe with whatever is made otherwise";
  EXPECT_EQ(kEvidenceRecipe, 6u);
}

TEST_F(Contexts, AreTheSameAfterAJourneyAsBytes) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::string bytes = encode(fabricate(shape(), {}, seed));
    const auto context = decode_context(arrow::Buffer::FromString(bytes));
    ASSERT_TRUE(context.ok());
    EXPECT_EQ(encode(*context), bytes);
  }
}

// Numbers of a context are one step away, in either direction, or next to others of their column.
TEST_F(Contexts, NeighboursDifferInOneNumber) {
  const Context context = fabricate(shape(), {}, 4);
  simulator::Random random(1);
  std::set<std::pair<size_t, bool>> stepped;  // by one: which number, and whether up
  size_t beside_others = 0;
  const auto numbers = numbers_of(context);
  ASSERT_GT(numbers.size(), 1u);
  ASSERT_LT(numbers.size(), 40u) << "so many are met by as many neighbours as are asked for";
  for (const std::string& bytes : neighbours(context, random, 4096)) {
    const Context other = *decode_context(arrow::Buffer::FromString(bytes));
    size_t differing = 0;
    for (size_t i = 0; i < numbers.size(); ++i) {
      const double was = value_of(context, numbers[i]), is = value_of(other, numbers[i]);
      if (was == is || (std::isnan(was) && std::isnan(is))) continue;
      ++differing;
      if (is == next(numbers[i], was, is > was)) stepped.insert({i, is > was});
      const bool is_near = std::fabs(is - was) <= 1e-9 * std::fabs(was);
      if (!is_near && !numbers[i].whole) ++beside_others;
    }
    EXPECT_LE(differing, 1u);
  }
  size_t finite = 0;
  for (const Input& number : numbers) finite += std::isfinite(value_of(context, number));
  EXPECT_EQ(stepped.size(), 2 * finite);
  EXPECT_GT(beside_others, 0u);
}

TEST_F(Contexts, DamagedBytesAreNoContext) {
  const std::string bytes = encode(fabricate(shape(), {}, 3));
  for (size_t size = 0; size < bytes.size(); size += 3) {
    EXPECT_FALSE(decode_context(arrow::Buffer::FromString(bytes.substr(0, size))).ok()) << size;
  }
  for (size_t at = 0; at < bytes.size(); ++at) {  // no crash; what is read is sound
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x84);
    const auto context = decode_context(arrow::Buffer::FromString(damaged));
    EXPECT_TRUE(!context.ok() || encode(*context).size() == bytes.size());
  }
}

TEST_F(Contexts, CoverWhatIsSpecialOfDatesWindowsAndTables) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Context context = fabricate(shape(), {}, seed);
    const auto date = context.dates.back().parts();
    if (date.month == 2 && date.day == 29) seen.insert("29 February");
    if (date.month == 12 && date.day == 31) seen.insert("the end of a year");
    if (context.reads[0].size() == 1) seen.insert("the first day of a history");
    if (context.reads[0].size() == 3 && !context.reads[0][0].present) seen.insert("a gap");
    if (context.reads[1].empty()) seen.insert("no day before");
    if (!context.reads[1].empty() && !context.reads[1][0].present) seen.insert("absent yesterday");
    if (context.reads[0].back().rows == 0) seen.insert("no rows");
    if (context.entities->length() == 1) seen.insert("one entity");
    if (context.entities->length() > 3) seen.insert("several");
    if (context.entities->length() > 20) seen.insert("so many that sorting goes another way");
    if (context.reads[0].back().columns[0]->null_count() > 0) seen.insert("a null");
    if (date.year < 1970) seen.insert("a day before day 0");
  }
  EXPECT_EQ(seen.size(), 12u) << testing::PrintToString(seen);
}

// More keys than a word has bits, and about as many as the code says.
TEST_F(Contexts, CoverManyKeys) {
  Material material;
  material.numbers = {100};
  std::set<int64_t> rows;
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    rows.insert(fabricate(closes(), material, seed).reads[0].back().rows);
  }
  EXPECT_GT(*rows.rbegin(), 128);
  EXPECT_TRUE(rows.contains(100));
  EXPECT_TRUE(rows.contains(101));
}

// More than sorting takes one by one: only then an order that is none shows.
TEST_F(Contexts, CoverManyThatAreEqual) {
  size_t equal = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Context context = fabricate(closes(), {}, seed);
    const DayTable& day = context.reads[0].back();
    const auto& values = static_cast<const arrow::DoubleArray&>(*day.columns[1]);
    bool all = day.rows > 16 && values.null_count() == 0;
    for (int64_t i = 1; all && i < day.rows; ++i) all = values.Value(i) == values.Value(0);
    equal += all ? 1 : 0;
  }
  EXPECT_GT(equal, 5u);
}

TEST_F(Contexts, CoverAsManyEntitiesAsTheCodeSays) {
  Shape all = shape();
  Material material;
  material.numbers = {1000};
  const auto most = [&] {
    int64_t most = 0;
    for (uint64_t seed = 0; seed < 1000; ++seed) {
      most = std::max(most, fabricate(all, material, seed).entities->length());
    }
    return most;
  };
  EXPECT_LT(most(), 100) << "each by itself cannot know how many there are";
  all.kind = abi::Kind::WholeDate;
  all.entity = {"user", Type::Int64};
  EXPECT_GT(most(), 900);
}

// Of so many contexts the last is a relative of the one before.
constexpr uint64_t kRelated = 4;

// As two trades do that cancel out.
TEST_F(Contexts, CoverRowsThatDifferInOneColumn) {
  std::set<std::string> seen;
  for (uint64_t seed = kRelated - 1; seed < 8000; seed += kRelated) {
    const Context before = fabricate(shape(), {}, seed - 1), context = fabricate(shape(), {}, seed);
    const DayTable &was = before.reads[0].back(), &is = context.reads[0].back();
    if (is.rows < 2 || is.offsets[1] < 2) continue;
    const auto amount = [](const DayTable& table, int64_t row) {
      const auto& column = static_cast<const arrow::DoubleArray&>(*table.columns[0]);
      return column.IsNull(row) ? NAN : column.Value(row);
    };
    const auto tier = [](const DayTable& table, int64_t row) {
      return static_cast<const arrow::Int64Array&>(*table.columns[1]).Value(row);
    };
    if (std::fabs(amount(was, 0)) == std::fabs(amount(was, 1)) || amount(was, 0) == 0) continue;
    if (tier(was, 0) == tier(was, 1)) continue;
    const bool same_tier = tier(is, 0) == tier(is, 1);
    if (same_tier && amount(is, 0) == -amount(is, 1)) seen.insert("the opposite amount");
    if (!same_tier && amount(is, 0) == amount(is, 1)) seen.insert("another tier");
  }
  EXPECT_EQ(seen.size(), 2u) << testing::PrintToString(seen);
}

// As two stocks have that are one, or of which one falls when the other rises, or funds with
// leverage.
TEST_F(Contexts, CoverKeysWithTheSameNumbersAndMultiples) {
  std::set<std::string> seen;
  for (uint64_t seed = kRelated - 1; seed < 16'000; seed += kRelated) {
    const ReadTables before = std::move(fabricate(closes(), {}, seed - 1).reads[0]);
    const ReadTables days = std::move(fabricate(closes(), {}, seed).reads[0]);
    bool same = days.size() > 1, opposite = same, all = same, multiples = same;
    for (size_t d = 0; d < days.size() && days[d].rows >= 3; ++d) {
      const auto& is = static_cast<const arrow::DoubleArray&>(*days[d].columns[1]);
      const auto& was = static_cast<const arrow::DoubleArray&>(*before[d].columns[1]);
      const double first = is.Value(0);
      const bool are_others = std::isfinite(first) && first != 0 &&
                              is.null_count() + was.null_count() == 0 &&
                              was.Value(0) != was.Value(1) && was.Value(1) != was.Value(2);
      same = same && are_others && first == is.Value(1) && first != is.Value(2);
      opposite = opposite && are_others && first == -is.Value(1);
      all = all && are_others;
      multiples = multiples && are_others;
      for (int64_t i = 1; i < days[d].rows; ++i) {
        all = all && is.Value(i) == first;
        multiples = multiples && is.Value(i) == first * static_cast<double>(i + 1);
      }
    }
    if (std::ranges::any_of(days, [](const DayTable& day) { return day.rows < 3; })) continue;
    if (same) seen.insert("two the same");
    if (opposite) seen.insert("one the opposite");
    if (all) seen.insert("all the same");
    if (multiples) seen.insert("each another multiple of one");
  }
  EXPECT_EQ(seen.size(), 4u) << testing::PrintToString(seen);
}

// Whole numbers that are ids need not be small.
TEST_F(Contexts, CoverIdsThatAreNotCountedFromOne) {
  Shape users = shape();
  users.entity = {"user", Type::Int64};
  Material material;
  material.numbers = {5000};
  std::set<int64_t> seen;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const Context context = fabricate(users, material, seed);
    const auto& ids = static_cast<const arrow::Int64Array&>(*context.entities);
    for (int64_t i = 0; i < ids.length(); ++i) {
      seen.insert(ids.Value(i));
      EXPECT_TRUE(i == 0 || ids.Value(i - 1) < ids.Value(i)) << seed;
    }
  }
  for (const int64_t id : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{5000}, INT64_MAX}) {
    EXPECT_TRUE(seen.contains(id)) << id;
  }
}

// What code takes for the texts that it names, or not.
TEST_F(Contexts, CoverTextsThatAreAlmostThoseOfTheCode) {
  Shape tickers = shape();
  tickers.reads[0].fields = {{"ticker", Type::String}};
  Material material;
  material.texts = {"SPY"};
  material.numbers = {16};
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Context context = fabricate(tickers, material, seed);
    for (const DayTable& table : context.reads[0]) {
      const auto& texts = static_cast<const arrow::StringArray&>(*table.columns[0]);
      for (int64_t i = 0; i < texts.length(); ++i) seen.insert(texts.GetString(i));
    }
  }
  for (const char* text : {"SPY", "SP", "SPYSPY", "spy", "SPy", ""}) {
    EXPECT_TRUE(seen.contains(text)) << text;
  }
  EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [](const auto& t) { return t.size() == 16; }));
}

TEST_F(Contexts, TheSameCodePutsOutTheSame) {
  auto one = version(), other = version("value < 250 ?", "250 > value ?");
  EXPECT_EQ(first_difference(one, other, {}, 1000), -1);
}

TEST_F(Contexts, AnotherMeaningIsSeen) {
  auto before = version();
  Material constants;  // of the code
  constants.numbers = {250, 1.5, 0.007, 7, 1e6};
  const std::pair<const char*, const char*> kEdits[] = {
      {"value < 250", "value <= 250"},
      {"value * 0.007", "value * 0.0071"},
      {"== 7", "== 8"},

      {"\"too much\"", "\"too many\""},
      {"\"incomplete\"", "\"partly\""},
      {"[0][paid_before] + sum", "[0][paid_before] - sum"},
  };
  for (const auto& [from, to] : kEdits) {
    auto now = version(from, to);
    EXPECT_GE(first_difference(before, now, constants, 4096), 0) << from << " -> " << to;
  }
}

}  // namespace
}  // namespace almanac::behaviour
