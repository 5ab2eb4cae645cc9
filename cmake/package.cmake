# `cpack`: a .deb and a tarball of the static binary. `./dev package` makes both.
set(CPACK_PACKAGE_NAME wasession)
set(CPACK_PACKAGE_VENDOR "the wasession authors")
set(CPACK_PACKAGE_CONTACT "the wasession authors <wasession@lists.example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "session manager for WhatsApp bots' credentials")
set(CPACK_PACKAGE_DESCRIPTION
"Says which WhatsApp credentials are on a machine, whether any is there twice,
which process uses it, and why WhatsApp answers with status 440 (conflict);
ends the rival for good, removes credentials so that they can be restored,
starts bots so that no second one can use their account, and serves health
and metrics. For OpenClaw, wacli and every bot on Baileys or whatsmeow.")
set(CPACK_SYSTEM_NAME ${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
if(CMAKE_INSTALL_PREFIX STREQUAL /usr)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
endif()
# Two builds of one commit are equal to the byte: no time but SOURCE_DATE_EPOCH may be in a package.
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/touch_package.cmake)
set(CPACK_THREADS 1)
include(CPack)
