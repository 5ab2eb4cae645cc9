# Allows a conditional on the platform only where the platforms are hidden: in linux.cpp, macos.cpp
# and posix.cpp.
# usage: awk -f conditionals.awk FILE…

# A condition may go on over lines that end in a backslash.
{ starts = $0 ~ /^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef)([^a-z]|$)/ }

(starts || continued) && FILENAME !~ /(^|\/)(linux|macos|posix)\.cpp$/ &&
/__APPLE__|__MACH__|TARGET_OS_|[^A-Za-z]_*linux(__)?([^A-Za-z_]|$)|__gnu_linux__|__unix|__ANDROID__|BSD|_WIN32|_WIN64|__CYGWIN__|__sun|__GLIBC__|__has_include/ {
  print FILENAME ":" FNR ": conditionals: the platform is asked for outside linux.cpp, macos.cpp and posix.cpp"
  failed = 1
}

{ continued = (starts || continued) && /\\$/ }

END { exit failed }
