#include "temporal/data/failure.h"

#include <typeinfo>

#include "temporal/api/failure/v1/message.pb.h"
#include "temporal/data/duration.h"
#include "temporal/data/text.h"

namespace temporal {
namespace {

using api::enums::v1::TimeoutType;

const char* text_of(TimeoutKind kind) {
  switch (kind) {
    case TimeoutKind::None:
      return "unknown";
    case TimeoutKind::StartToClose:
      return "start to close";
    case TimeoutKind::ScheduleToStart:
      return "schedule to start";
    case TimeoutKind::ScheduleToClose:
      return "schedule to close";
    case TimeoutKind::Heartbeat:
      return "heartbeat";
  }
  return "unknown";
}

}  // namespace

Failure::Failure(std::string message, std::string type) {
  Proto proto;
  proto.set_message(utf8(std::move(message)));
  proto.set_source("CppSDK");
  proto.mutable_application_failure_info()->set_type(utf8(std::move(type)));
  proto_ = std::make_shared<const Proto>(std::move(proto));
}

Failure::Failure(Proto proto) : proto_(std::make_shared<const Proto>(std::move(proto))) {}

Failure Failure::canceled(std::string message) {
  Proto proto;
  proto.set_message(utf8(std::move(message)));
  proto.set_source("CppSDK");
  proto.mutable_canceled_failure_info();
  return Failure(std::move(proto));
}

// Copies what other failures share.
Failure::Proto& Failure::edit() {
  auto own = std::make_shared<Proto>(*proto_);
  Proto& proto = *own;
  proto_ = std::move(own);
  return proto;
}

void Failure::expect_application(const char* setter) const {
  if (kind() == FailureKind::Application) return;
  throw std::logic_error("Failure::" + std::string(setter) + ": expected an application failure, " +
                         "found \"" + text() + "\"");
}

Failure& Failure::non_retryable() {
  expect_application("non_retryable()");
  edit().mutable_application_failure_info()->set_non_retryable(true);
  return *this;
}

Failure& Failure::next_retry_delay(std::chrono::nanoseconds delay) {
  expect_application("next_retry_delay()");
  *edit().mutable_application_failure_info()->mutable_next_retry_delay() = to_proto(delay);
  return *this;
}

Failure& Failure::caused_by(const Failure& cause) {
  *edit().mutable_cause() = cause.proto();
  return *this;
}

Failure& Failure::set_details(Payloads details) {
  if (kind() != FailureKind::Canceled) expect_application("details()");
  Proto& proto = edit();
  if (proto.has_canceled_failure_info()) {
    *proto.mutable_canceled_failure_info()->mutable_details() = std::move(details);
  } else {
    *proto.mutable_application_failure_info()->mutable_details() = std::move(details);
  }
  return *this;
}

const Payloads& Failure::payloads() const {
  if (proto_->has_canceled_failure_info()) return proto_->canceled_failure_info().details();
  if (proto_->has_timeout_failure_info()) {
    return proto_->timeout_failure_info().last_heartbeat_details();
  }
  return proto_->application_failure_info().details();
}

FailureKind Failure::kind() const {
  switch (proto_->failure_info_case()) {
    case Proto::kApplicationFailureInfo:
      return FailureKind::Application;
    case Proto::kCanceledFailureInfo:
      return FailureKind::Canceled;
    case Proto::kTerminatedFailureInfo:
      return FailureKind::Terminated;
    case Proto::kTimeoutFailureInfo:
      return FailureKind::Timeout;
    case Proto::kServerFailureInfo:
      return FailureKind::Server;
    case Proto::kActivityFailureInfo:
      return FailureKind::Activity;
    case Proto::kChildWorkflowExecutionFailureInfo:
      return FailureKind::ChildWorkflow;
    default:
      return FailureKind::Other;
  }
}

const std::string& Failure::message() const {
  return proto_->message();
}
const std::string& Failure::type() const {
  return proto_->application_failure_info().type();
}

bool Failure::retryable() const {
  switch (kind()) {
    case FailureKind::Application:
      return !proto_->application_failure_info().non_retryable();
    case FailureKind::Server:
      return !proto_->server_failure_info().non_retryable();
    case FailureKind::Canceled:
    case FailureKind::Terminated:
      return false;
    case FailureKind::Timeout:
      return timeout() == TimeoutKind::StartToClose || timeout() == TimeoutKind::Heartbeat;
    default:
      return true;
  }
}

TimeoutKind Failure::timeout() const {
  switch (proto_->timeout_failure_info().timeout_type()) {
    case TimeoutType::TIMEOUT_TYPE_START_TO_CLOSE:
      return TimeoutKind::StartToClose;
    case TimeoutType::TIMEOUT_TYPE_SCHEDULE_TO_START:
      return TimeoutKind::ScheduleToStart;
    case TimeoutType::TIMEOUT_TYPE_SCHEDULE_TO_CLOSE:
      return TimeoutKind::ScheduleToClose;
    case TimeoutType::TIMEOUT_TYPE_HEARTBEAT:
      return TimeoutKind::Heartbeat;
    default:
      return TimeoutKind::None;
  }
}

const std::string& Failure::of() const {
  if (proto_->has_child_workflow_execution_failure_info()) {
    return proto_->child_workflow_execution_failure_info().workflow_type().name();
  }
  return proto_->activity_failure_info().activity_type().name();
}

std::optional<Failure> Failure::cause() const {
  if (!proto_->has_cause()) return std::nullopt;
  return Failure(proto_->cause());
}

Failure Failure::root() const {
  const Proto* proto = proto_.get();
  while (proto->has_cause()) proto = &proto->cause();
  return proto == proto_.get() ? *this : Failure(*proto);
}

bool Failure::is_canceled() const {
  const FailureKind own = kind();
  if (own == FailureKind::Canceled) return true;
  if (own != FailureKind::Activity && own != FailureKind::ChildWorkflow) return false;
  return proto_->has_cause() && cause()->is_canceled();
}

std::string Failure::text() const {
  std::string text;
  switch (kind()) {
    case FailureKind::Activity:
      text = "activity " + of() + ": ";
      break;
    case FailureKind::ChildWorkflow:
      text = "child workflow " + of() + ": ";
      break;
    default:
      if (!type().empty()) text = type() + ": ";
  }
  text += message();
  if (kind() == FailureKind::Timeout) text += std::string(" (") + text_of(timeout()) + ")";
  if (const auto inner = cause()) text += ": " + inner->text();
  return text;
}

Thrown what_was_thrown(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const FailureError& e) {
    return {e.failure(), true};
  } catch (const Failure& failure) {
    return {failure, true};
  } catch (const PayloadError& e) {
    return {Failure(e.what(), "PayloadError"), false};
  } catch (const std::exception& e) {
    return {Failure(e.what(), name_of_type(typeid(e))), false};
  } catch (const std::string& text) {
    return {Failure(text, "std::string"), false};
  } catch (const char* text) {
    return {Failure(text, "const char*"), false};
  } catch (...) {
    return {Failure("threw something that is no std::exception, FailureError or Failure"), false};
  }
}

}  // namespace temporal
