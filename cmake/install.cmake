# `cmake --install`: everything where the FHS and each shell look for it. With WASESSION_DEBIAN, as
# Debian's policy wants it, for the .deb of `./dev package`.
include(GNUInstallDirs)
option(WASESSION_DEBIAN "Install as a Debian package has it" OFF)

install(TARGETS wasession RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

foreach(section 1 5)
  file(GLOB pages CONFIGURE_DEPENDS man/*.${section})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(zsh_completions site-functions)
if(WASESSION_DEBIAN)
  set(zsh_completions vendor-completions)
endif()
install(FILES completions/wasession.bash RENAME wasession
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES completions/_wasession DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/${zsh_completions})
install(FILES completions/wasession.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The files of share/ name the binary, where `./dev build` and a copy by hand would have it.
file(GLOB_RECURSE shared RELATIVE ${PROJECT_SOURCE_DIR}/share CONFIGURE_DEPENDS share/*)
foreach(name IN LISTS shared)
  file(READ share/${name} content)
  string(REPLACE /usr/local/bin/wasession ${CMAKE_INSTALL_FULL_BINDIR}/wasession content "${content}")
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/share/${name} "${content}")
endforeach()
# wasession's own unit can be enabled; the others are examples, to be looked at first.
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/share/systemd/wasession-serve.service
  DESTINATION lib/systemd/system)
install(DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples
  PATTERN wasession-serve.service EXCLUDE)

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN *.md PATTERN *.svg)

if(WASESSION_DEBIAN)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH when it is set
  configure_file(cmake/debian/changelog.in debian/changelog @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/debian/changelog DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(FILES CHANGELOG.md RENAME NEWS DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(FILES cmake/debian/lintian-overrides RENAME wasession
    DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides)
  install(CODE [[
    set(root $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share)
    file(GLOB pages ${root}/man/man?/*.?)
    execute_process(COMMAND gzip -9nf ${pages} ${root}/doc/wasession/changelog
      ${root}/doc/wasession/NEWS COMMAND_ERROR_IS_FATAL ANY)
  ]])
else()
  install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()
