#include "tests/temporal_conversations/conversation.h"

#include <google/protobuf/descriptor.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace conversations {

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Where two transcripts part, with the lines before and after. Empty: nowhere.
std::string difference(const std::string& found, const std::string& recorded) {
  std::istringstream a(found), b(recorded);
  std::string ours, theirs, before;
  for (int line = 1;; ++line) {
    const bool more_ours = !!std::getline(a, ours), more_theirs = !!std::getline(b, theirs);
    if (!more_ours && !more_theirs) return {};
    if (more_ours && more_theirs && ours == theirs) {
      before = ours;
      continue;
    }
    return "line " + std::to_string(line) + ", after\n  " + before + "\nfound\n  " +
           (more_ours ? ours : "(the end)") + "\nrecorded\n  " +
           (more_theirs ? theirs : "(the end)");
  }
}

// What a server said, without what this side's connection adds to it.
std::string said(const Status& status) {
  const std::string text = status.text();
  return text.substr(0, text.find(" Check its name, or make it: "));
}

}  // namespace

void Conversation::SetUp() {
  std::string why;
  world_ = temporal::testing::make_world(&why);
  if (!world_) GTEST_SKIP() << why;
  static int count = 0;
  suffix_ = "~" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

void Conversation::TearDown() {
  if (!world_) return;
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = info->name();
  const auto path =
      std::filesystem::path(ALMANAC_SOURCE_DIR) / "tests/temporal_conversations" / (name + ".txt");
  const std::string found = with_plain_ids(transcript_, suffix_);
  if (std::getenv("TEMPORAL_RECORD")) {
    std::ofstream(path) << found;
  } else {
    EXPECT_EQ(difference(found, read(path)), "") << "not as it is in " << path;
  }
}

void Conversation::add_suffix(google::protobuf::Message& message) const {
  using google::protobuf::FieldDescriptor;
  static const std::set<std::string> names{"workflow_id", "sticky_task_queue", "normal_name"};
  const auto* reflection = message.GetReflection();
  const auto* type = message.GetDescriptor();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool named =
        names.contains(std::string(field->name())) ||
        (field->name() == "name" && type->full_name() == "temporal.api.taskqueue.v1.TaskQueue");
    if (named) {
      const std::string value = reflection->GetString(message, field);
      if (!value.empty() && !value.ends_with(suffix_)) {
        reflection->SetString(&message, field, value + suffix_);
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map()) {
      if (!field->is_repeated()) {
        add_suffix(*reflection->MutableMessage(&message, field));
        continue;
      }
      for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
        add_suffix(*reflection->MutableRepeatedMessage(&message, field, i));
      }
    }
  }
}

void Conversation::note(Rpc rpc, const Status& status, const google::protobuf::Message& reply) {
  const std::string name = temporal::service::name_of(rpc);
  if (!status.ok()) return note(name + ": " + said(status));
  const auto* field = reply.GetDescriptor()->FindFieldByName("history");
  const auto* reflection = reply.GetReflection();
  if (!field || !reflection->HasField(reply, field)) return note(name + ": " + masked(reply));
  const std::unique_ptr<google::protobuf::Message> rest(reply.New());
  rest->CopyFrom(reply);
  reflection->ClearField(rest.get(), field);
  note(name + ": " + masked(*rest));
  std::istringstream events(
      masked(static_cast<const History&>(reflection->GetMessage(reply, field))));
  for (std::string line; std::getline(events, line);) note("  " + line);
}

std::string Conversation::start(const std::string& id) {
  Reply<Rpc::StartWorkflowExecution> reply;
  call<Rpc::StartWorkflowExecution>(start_request(id), &reply);
  return reply.run_id();
}

Ended Conversation::signal(const std::string& name, const std::string& id) {
  return call<Rpc::SignalWorkflowExecution>(signal_request(name, id));
}

Ended Conversation::cancel(const std::string& id) {
  return call<Rpc::RequestCancelWorkflowExecution>(cancel_request(id));
}

Ended Conversation::terminate(const std::string& id) {
  return call<Rpc::TerminateWorkflowExecution>(terminate_request(id));
}

std::shared_ptr<Pending<Rpc::PollWorkflowTaskQueue>> Conversation::poll(const std::string& queue) {
  return begin<Rpc::PollWorkflowTaskQueue>(poll_request(queue));
}

Task Conversation::task(const std::string& queue) {
  Task task;
  finish(*poll(queue), &task);
  return task;
}

std::shared_ptr<Pending<Rpc::PollActivityTaskQueue>> Conversation::poll_activity(
    const std::string& queue) {
  return begin<Rpc::PollActivityTaskQueue>(poll_activity_request(queue));
}

ActivityTask Conversation::activity(const std::string& queue) {
  ActivityTask task;
  finish(*poll_activity(queue), &task);
  return task;
}

void Conversation::no_task(const std::string& queue) {
  const auto pending = poll(queue);
  pass(1s);
  EXPECT_FALSE(pending->ended);
  pending->cancel();
  world_->wait_for([&] { return pending->ended.load(); });
}

void Conversation::no_activity(const std::string& queue) {
  const auto pending = poll_activity(queue);
  pass(1s);
  EXPECT_FALSE(pending->ended);
  pending->cancel();
  world_->wait_for([&] { return pending->ended.load(); });
}

Ended Conversation::complete(const Task& task, std::vector<Command> commands) {
  return call<Rpc::RespondWorkflowTaskCompleted>(completed(task, std::move(commands)));
}

Ended Conversation::fail(const Task& task) {
  return call<Rpc::RespondWorkflowTaskFailed>(failed(task));
}

Ended Conversation::complete(const ActivityTask& task) {
  return call<Rpc::RespondActivityTaskCompleted>(completed(task));
}

Ended Conversation::fail(const ActivityTask& task, const std::string& type) {
  return call<Rpc::RespondActivityTaskFailed>(failed(task, type));
}

std::shared_ptr<Pending<Rpc::UpdateWorkflowExecution>> Conversation::update(
    const std::string& update_id, const std::string& id) {
  auto pending = begin<Rpc::UpdateWorkflowExecution>(update_request(update_id, id));
  pass(100ms);  // it gets there before what is said next
  return pending;
}

std::shared_ptr<Pending<Rpc::QueryWorkflow>> Conversation::query(const std::string& id) {
  auto pending = begin<Rpc::QueryWorkflow>(query_request(id));
  pass(100ms);
  return pending;
}

History Conversation::history(const std::string& id, const std::string& run_id) {
  History all;
  auto request = history_request(id, run_id);
  do {
    const auto pending = begin<Rpc::GetWorkflowExecutionHistory>(request);
    if (!world_->wait_for([&] { return pending->ended.load(); }) || !pending->status.ok()) break;
    all.MergeFrom(pending->reply.history());
    request.set_next_page_token(pending->reply.next_page_token());
  } while (!request.next_page_token().empty());
  return all;
}

void Conversation::until_events(int events, const std::string& id) {
  for (int i = 0; i < 300 && history(id).events_size() < events; ++i) pass(100ms);
  EXPECT_GE(history(id).events_size(), events) << masked(history(id));
}

void Conversation::show(const std::string& id, const std::string& run_id) {
  note("history of " + id + ":");
  std::istringstream events(masked(history(id, run_id)));
  for (std::string line; std::getline(events, line);) note("  " + line);
}

void Conversation::describe(const std::string& id, const std::string& run_id) {
  Request<Rpc::DescribeWorkflowExecution> request;
  request.set_namespace_("default");
  request.mutable_execution()->set_workflow_id(id);
  request.mutable_execution()->set_run_id(run_id);
  call<Rpc::DescribeWorkflowExecution>(std::move(request));
}

}  // namespace conversations
