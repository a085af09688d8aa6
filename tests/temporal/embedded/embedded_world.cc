// The world of the embedded service, on virtual time: nothing waits for real, and the same test
// gives the same history.
#include "temporal/testing/environment.h"
#include "tests/temporal/support/world.h"

namespace temporal::testing {
namespace {

class EmbeddedWorld final : public World {
 public:
  service::Service& service() override { return environment_.service(); }
  Executor& executor() override { return environment_.executor(); }
  Executor& activity_executor() override { return environment_.executor(); }
  client::ClientOptions client_options() override {
    return environment_.client_options().seed(3).identity("");
  }
  bool wait_for(const std::function<bool()>& condition) override {
    return environment_.run_until(condition, std::chrono::seconds(30));
  }
  // An activity is inside a task of the executor: time passes, and what it brings about happens.
  void pass(Duration duration) override { environment_.pass(duration); }
  void stop(worker::Worker& worker) override { environment_.stop(worker); }

 private:
  // The attributes are those that the live tests register with a server.
  Environment environment_{embedded::Options()
                               .search_attribute("Colour", embedded::AttributeType::Keyword)
                               .search_attribute("Size", embedded::AttributeType::Int)
                               .search_attribute("Price", embedded::AttributeType::Double)
                               .search_attribute("Open", embedded::AttributeType::Bool)
                               .search_attribute("At", embedded::AttributeType::Datetime)
                               .search_attribute("Note", embedded::AttributeType::Text)
                               .search_attribute("Tags", embedded::AttributeType::KeywordList)};
};

}  // namespace

std::unique_ptr<World> make_world(std::string*) {
  return std::make_unique<EmbeddedWorld>();
}

}  // namespace temporal::testing
