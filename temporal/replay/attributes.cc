#include "temporal/replay/attributes.h"

#include "temporal/api/history/v1/message.pb.h"
#include "temporal/replay/machine.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

class AttributesMachine final : public MachineOf<Silent> {
 public:
  AttributesMachine(const char* name, bool of_patch, std::source_location place)
      : name_(name), of_patch_(of_patch) {
    where = place;
  }
  // What they are set to is not compared: it follows from what is.
  std::string recorded(const Event& event) override {
    if (!of_patch_ || event.upsert_workflow_search_attributes_event_attributes()
                          .search_attributes()
                          .indexed_fields()
                          .contains(kChangeVersion)) {
      return "";
    }
    return "sets other search attributes";
  }
  bool on(const Event&) override { return false; }
  std::string name() const override { return name_; }

 private:
  const char* name_;
  bool of_patch_;
};

void send_upsert_of(Commands& commands, const SearchAttributes& update, std::source_location where,
                    bool of_patch) {
  std::unique_ptr<CommandProto> command;
  if (commands.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES);
    *command->mutable_upsert_workflow_search_attributes_command_attributes()
         ->mutable_search_attributes() = update.proto();
  }
  commands.send(*new AttributesMachine("search attributes", of_patch, where),
                EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, std::move(command),
                /*optional=*/of_patch);
}

}  // namespace

void send_upsert(Commands& commands, const SearchAttributes& update, std::source_location where) {
  send_upsert_of(commands, update, where, /*of_patch=*/false);
}

void send_patch_upsert(Commands& commands, const SearchAttributes& update,
                       std::source_location where) {
  send_upsert_of(commands, update, where, /*of_patch=*/true);
}

void send_memo(Commands& commands, const std::string& key, const Payload& value,
               std::source_location where) {
  std::unique_ptr<CommandProto> command;
  if (commands.recording) {
    command = std::make_unique<CommandProto>();
    command->set_command_type(COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES);
    (*command->mutable_modify_workflow_properties_command_attributes()
          ->mutable_upserted_memo()
          ->mutable_fields())[key] = value;
  }
  commands.send(*new AttributesMachine("memo", false, where),
                EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED, std::move(command));
}

}  // namespace temporal::replay
