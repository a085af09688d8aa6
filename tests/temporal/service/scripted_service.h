// ScriptedService: answers calls with what a test wrote down, on an executor, and keeps a log.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "temporal/base/executor.h"
#include "temporal/service/service.h"

namespace temporal::service {

// Not thread safe: for executors that are stepped. The executor outlives it.
class ScriptedService final : public Service {
 public:
  struct Made {
    TimePoint when;
    Rpc rpc{};
    std::shared_ptr<google::protobuf::Message> request;
    std::chrono::milliseconds timeout{};
    bool cancelled = false;

    template <Rpc rpc>
    const Request<rpc>& as() const {
      return dynamic_cast<const Request<rpc>&>(*request);
    }
  };

  explicit ScriptedService(Executor& executor) : executor_(executor) {}

  // The next call that has no answer yet ends like this.
  ScriptedService& fail(Code code, std::string message = "scripted", Duration after = {}) {
    answers_.push_back({{code, std::move(message)}, after, {}});
    return *this;
  }
  ScriptedService& fail(Status status) {
    answers_.push_back({std::move(status), Duration::zero(), {}});
    return *this;
  }
  ScriptedService& fail_times(int times, Code code, std::string message = "scripted") {
    for (int i = 0; i < times; ++i) fail(code, message);
    return *this;
  }
  template <class Message>
  ScriptedService& answer(Message reply, Duration after = {}) {
    Answer answer;
    answer.after = after;
    answer.reply = std::make_shared<Message>(std::move(reply));
    answers_.push_back(std::move(answer));
    return *this;
  }
  // The next call is not answered: it ends when it is cancelled, or by its deadline.
  ScriptedService& silence() {
    answers_.push_back({{Code::DeadlineExceeded, "deadline"}, std::nullopt, {}});
    return *this;
  }

  const std::vector<Made>& log() const { return log_; }
  // The pauses between the calls, from the start of one to the start of the next.
  std::vector<double> pauses() const {
    std::vector<double> seconds;
    for (std::size_t i = 1; i < log_.size(); ++i) {
      seconds.push_back(std::chrono::duration<double>(log_[i].when - log_[i - 1].when).count());
    }
    return seconds;
  }
  std::size_t answers_left() const { return answers_.size(); }

  Cancel call(Rpc rpc, const google::protobuf::Message& request, google::protobuf::Message& reply,
              std::chrono::milliseconds timeout, Done done) override {
    const std::shared_ptr<google::protobuf::Message> copy(request.New());
    copy->CopyFrom(request);
    log_.push_back({executor_.now(), rpc, copy, timeout});
    Answer answer{{Code::Unimplemented, "the script has no answer left"}, Duration::zero(), {}};
    if (!answers_.empty()) {
      answer = std::move(answers_.front());
      answers_.pop_front();
    }
    auto ended = std::make_shared<bool>(false);
    const auto end = [ended, done = std::move(done)](const Status& status) {
      if (!std::exchange(*ended, true)) done(status);
    };
    executor_.after(answer.after.value_or(timeout), [answer, end, ended, &reply] {
      if (*ended) return;
      if (answer.reply) reply.CopyFrom(*answer.reply);
      end(answer.status);
    });
    return [this, end, index = log_.size() - 1] {
      log_[index].cancelled = true;
      executor_.post([end] { end({Code::Cancelled, "cancelled"}); });
    };
  }

 private:
  struct Answer {
    Status status;
    std::optional<Duration> after;
    std::shared_ptr<google::protobuf::Message> reply;
  };
  Executor& executor_;
  std::deque<Answer> answers_;
  std::vector<Made> log_;
};

}  // namespace temporal::service
