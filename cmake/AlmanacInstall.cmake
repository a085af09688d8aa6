# `cmake --install`: the command with the Arrow libraries it runs with, the SDK, the example
# projects, and a package for find_package(Almanac).
#
# The package's files are made in a folder that find_package does not search: it looks beside what
# is on PATH, and the build tree is no package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(almanac PROPERTIES
  INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/almanac")
install(TARGETS almanac RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(ALMANAC_ARROW_LIBRARIES)
  install(FILES ${ALMANAC_ARROW_LIBRARIES} DESTINATION ${CMAKE_INSTALL_LIBDIR}/almanac)
endif()

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY sdk/almanac DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY pipelines DESTINATION ${CMAKE_INSTALL_DATADIR}/almanac
  PATTERN .almanac EXCLUDE)
install(TARGETS sdk EXPORT AlmanacTargets)
install(EXPORT AlmanacTargets NAMESPACE Almanac::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Almanac)
set(package ${CMAKE_CURRENT_BINARY_DIR}/package)
configure_package_config_file(cmake/AlmanacConfig.cmake.in ${package}/AlmanacConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Almanac
  PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${package}/AlmanacConfigVersion.cmake
  COMPATIBILITY SameMajorVersion ARCH_INDEPENDENT)
install(FILES ${package}/AlmanacConfig.cmake ${package}/AlmanacConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Almanac)
