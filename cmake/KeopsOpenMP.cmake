# Keops::openmp: what linking the runtime needs of OpenMP. Only libraries, no
# compile flags: linking a kernel must not switch on the pragmas of a program.
# Included by the build and by the installed package, so each uses the OpenMP of
# its own compiler; the runtime works with libgomp and libomp alike.
#
# Sets KEOPS_OPENMP_FOUND.

if(TARGET Keops::openmp)
  return()
endif()
add_library(Keops::openmp INTERFACE IMPORTED GLOBAL)

get_property(keops_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if("C" IN_LIST keops_languages)
  set(keops_language C)
else()
  set(keops_language CXX)
endif()

find_package(OpenMP QUIET COMPONENTS ${keops_language})
if(OpenMP_${keops_language}_FOUND)
  set(KEOPS_OPENMP_FOUND TRUE)
  set_target_properties(Keops::openmp PROPERTIES
    INTERFACE_LINK_LIBRARIES "${OpenMP_${keops_language}_LIBRARIES}")
elseif(CMAKE_${keops_language}_COMPILER_ID MATCHES "Clang")
  # A clang without its own OpenMP finds gcc's, when it is told to.
  set(keops_required_flags "${CMAKE_REQUIRED_LINK_OPTIONS}")
  set(CMAKE_REQUIRED_LINK_OPTIONS -fopenmp=libgomp)
  set(keops_source "int omp_get_max_threads(void); int main(void) { return omp_get_max_threads() < 1; }")
  if(keops_language STREQUAL "C")
    include(CheckCSourceCompiles)
    check_c_source_compiles("${keops_source}" KEOPS_CLANG_LIBGOMP)
  else()
    include(CheckCXXSourceCompiles)
    check_cxx_source_compiles("extern \"C\" ${keops_source}" KEOPS_CLANG_LIBGOMP)
  endif()
  set(CMAKE_REQUIRED_LINK_OPTIONS "${keops_required_flags}")
  if(KEOPS_CLANG_LIBGOMP)
    set(KEOPS_OPENMP_FOUND TRUE)
    set_target_properties(Keops::openmp PROPERTIES
      INTERFACE_LINK_OPTIONS -fopenmp=libgomp)
  endif()
endif()
