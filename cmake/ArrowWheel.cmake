# Arrow and Parquet: an installed Arrow C++ where there is one, otherwise the headers and libraries
# that tools/setup unpacked from the pyarrow wheel.

set(ALMANAC_ARROW_VERSION 26.0.1)
add_library(arrow_parquet INTERFACE)

find_package(Arrow ${ALMANAC_ARROW_VERSION} QUIET CONFIG)
find_package(Parquet QUIET CONFIG)
if(Arrow_FOUND AND Parquet_FOUND)
  find_package(ArrowCompute QUIET CONFIG)
  target_link_libraries(arrow_parquet INTERFACE Arrow::arrow_shared Parquet::parquet_shared)
  if(TARGET ArrowCompute::arrow_compute_shared)
    target_link_libraries(arrow_parquet INTERFACE ArrowCompute::arrow_compute_shared)
  endif()
else()
  if(DEFINED ENV{ALMANAC_CACHE})
    set(almanac_cache $ENV{ALMANAC_CACHE})
  else()
    set(almanac_cache $ENV{HOME}/.cache/almanac)
  endif()
  set(ALMANAC_ARROW_DIR ${almanac_cache}/arrow-${ALMANAC_ARROW_VERSION}
    CACHE PATH "Folder with Arrow's include/ and libraries, as in the pyarrow wheel")
  if(NOT EXISTS ${ALMANAC_ARROW_DIR}/include/arrow/api.h)
    message(FATAL_ERROR "Arrow ${ALMANAC_ARROW_VERSION} is neither installed nor in "
      "${ALMANAC_ARROW_DIR}: run tools/setup")
  endif()
  target_include_directories(arrow_parquet SYSTEM INTERFACE ${ALMANAC_ARROW_DIR}/include)
  file(GLOB ALMANAC_ARROW_LIBRARIES
    ${ALMANAC_ARROW_DIR}/libarrow.so.* ${ALMANAC_ARROW_DIR}/libparquet.so.*
    ${ALMANAC_ARROW_DIR}/libarrow_compute.so.*)
  target_link_libraries(arrow_parquet INTERFACE ${ALMANAC_ARROW_LIBRARIES})
  # In the build tree only; the installed command has the libraries beside it.
  set(CMAKE_BUILD_RPATH ${ALMANAC_ARROW_DIR})
endif()
