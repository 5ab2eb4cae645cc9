# Gives TARGET the values of cmd/wasession/version.h, looked up at each build: the commit changes
# without any file that a build depends on.
function(embed_version target)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/version.cpp)
  add_custom_target(${target}_version
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSOURCE=${PROJECT_SOURCE_DIR}
      -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/version_of_build.cmake
    BYPRODUCTS ${output})
  add_dependencies(${target} ${target}_version)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE cmd/wasession)
endfunction()
