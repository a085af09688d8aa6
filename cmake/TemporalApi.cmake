# Temporal's API as C++: the official .proto files, which tools/setup fetches, through protoc and
# gRPC's plugin into the build tree. Only what WorkflowService and OperatorService import is made, and
# the details of their errors.
#
# protoc 3.21 does not escape the packages temporal.api.namespace.v1 and temporal.api.export.v1,
# whose names are C++ keywords: the build tree's copy has them with a trailing underscore. Nothing on
# the wire carries these two names.
set(ALMANAC_TEMPORAL_API_VERSION 0.10.2)
if(DEFINED ENV{ALMANAC_CACHE})
  set(almanac_cache $ENV{ALMANAC_CACHE})
else()
  set(almanac_cache $ENV{HOME}/.cache/almanac)
endif()
set(ALMANAC_TEMPORAL_API_DIR ${almanac_cache}/temporal-api-${ALMANAC_TEMPORAL_API_VERSION}
  CACHE PATH "Folder with temporal/api/**/*.proto, as in github.com/temporalio/api")
if(NOT EXISTS ${ALMANAC_TEMPORAL_API_DIR}/temporal/api/workflowservice/v1/service.proto)
  message(FATAL_ERROR "Temporal's .proto files are not in ${ALMANAC_TEMPORAL_API_DIR}: run "
    "tools/setup, or pass -DALMANAC_TEMPORAL_API_DIR=<a checkout of github.com/temporalio/api>")
endif()

find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

set(temporal_api_protos ${PROJECT_BINARY_DIR}/temporal_api/protos)
set(temporal_api_cpp ${PROJECT_BINARY_DIR}/temporal_api/cpp)
file(MAKE_DIRECTORY ${temporal_api_cpp})

# The files a .proto imports, itself first, in the order they are met.
function(temporal_api_closure file closure)
  if(file IN_LIST ${closure} OR file MATCHES "^google/protobuf/")
    return()
  endif()
  list(APPEND ${closure} ${file})
  file(READ ${ALMANAC_TEMPORAL_API_DIR}/${file} text)
  string(REGEX REPLACE "temporal\\.api\\.(namespace|export)\\.v1" "temporal.api.\\1_.v1" text
    "${text}")
  file(CONFIGURE OUTPUT ${temporal_api_protos}/${file} CONTENT "${text}" @ONLY)
  string(REGEX MATCHALL "\nimport (public )?\"[^\"]+\"" imports "${text}")
  foreach(import ${imports})
    string(REGEX REPLACE ".*\"([^\"]+)\"" "\\1" import "${import}")
    temporal_api_closure(${import} ${closure})
  endforeach()
  set(${closure} ${${closure}} PARENT_SCOPE)
endfunction()
set(temporal_api_files)
temporal_api_closure(temporal/api/workflowservice/v1/service.proto temporal_api_files)
temporal_api_closure(temporal/api/operatorservice/v1/service.proto temporal_api_files)
temporal_api_closure(temporal/api/errordetails/v1/message.proto temporal_api_files)

set(sources)
set(inputs)
foreach(file ${temporal_api_files})
  string(REGEX REPLACE "\\.proto$" "" stem ${file})
  list(APPEND inputs ${temporal_api_protos}/${file})
  list(APPEND sources ${temporal_api_cpp}/${stem}.pb.cc)
endforeach()
set(services)
foreach(service workflowservice operatorservice)
  list(APPEND services ${temporal_api_cpp}/temporal/api/${service}/v1/service.grpc.pb.cc)
endforeach()
add_custom_command(
  OUTPUT ${sources} ${services}
  COMMAND protobuf::protoc -I ${temporal_api_protos} --cpp_out=${temporal_api_cpp} ${inputs}
  COMMAND protobuf::protoc -I ${temporal_api_protos} --grpc_out=${temporal_api_cpp}
    --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}
    temporal/api/workflowservice/v1/service.proto temporal/api/operatorservice/v1/service.proto
  DEPENDS ${inputs}
  COMMENT "Generating C++ from Temporal's .proto files")

# Messages only: what replay and the embedded service need.
add_library(temporal_api STATIC ${sources})
target_include_directories(temporal_api SYSTEM PUBLIC ${temporal_api_cpp})
target_compile_options(temporal_api PRIVATE -O1 -g0 -w)
target_link_libraries(temporal_api PUBLIC protobuf::libprotobuf)
# A field has this name, which with GNU's extensions is a macro.
target_compile_options(temporal_api INTERFACE -Ulinux)

# The stubs, for the one folder that speaks gRPC.
add_library(temporal_api_grpc STATIC ${services})
target_compile_options(temporal_api_grpc PRIVATE -O1 -g0 -w)
target_link_libraries(temporal_api_grpc PUBLIC temporal_api gRPC::grpc++)
