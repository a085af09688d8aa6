# A folder is a target: its sources are those of the folder, its links are written out. A folder
# inside it can be a target of its own, named a_b for a/b, when it is said first.

add_library(almanac_options INTERFACE)
target_compile_options(almanac_options INTERFACE
  -Wall -Wextra $<$<BOOL:${PROJECT_IS_TOP_LEVEL}>:-Werror> -Wno-missing-field-initializers -ffp-contract=off
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false positives in std::string of g++ 12
  $<$<CONFIG:Release,RelWithDebInfo>:-fstack-protector-strong>)
target_include_directories(almanac_options INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
if(ALMANAC_SANITIZE)
  target_compile_options(almanac_options INTERFACE -fsanitize=${ALMANAC_SANITIZE}
    -fno-omit-frame-pointer)
  target_link_options(almanac_options INTERFACE -fsanitize=${ALMANAC_SANITIZE})
endif()
find_program(ALMANAC_MOLD mold)
if(ALMANAC_MOLD)
  target_link_options(almanac_options INTERFACE -fuse-ld=mold)
endif()

function(almanac_sources target folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  get_property(taken GLOBAL PROPERTY almanac_taken_sources)
  list(REMOVE_ITEM sources "" ${taken})
  set_property(GLOBAL APPEND PROPERTY almanac_taken_sources ${sources})
  target_sources(${target} PRIVATE ${sources})
  target_link_libraries(${target} PRIVATE almanac_options)
endfunction()

function(almanac_library folder)
  string(REPLACE / _ target ${folder})
  add_library(${target} STATIC)
  almanac_sources(${target} ${folder})
  target_link_libraries(${target} PUBLIC ${ARGN})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_features(${target} PUBLIC cxx_std_20)
endfunction()
