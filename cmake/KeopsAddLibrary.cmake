# keops_add_library(NAME [STATIC|SHARED|OBJECT]
#                   SOURCES a.kop [b.kop...]
#                   [DEFINES D=3 E=1...]    # keopsc -D
#                   [DTYPE f64]             # keopsc --dtype
#                   [CPU native | LIST...]  # keopsc --cpu
#                   [CUDA sm_90...]         # keopsc --cuda
#                   [OPTIONS -O2...])       # anything else for keopsc
#
# A library of the kernels of some .kop files, like any other target: what links
# to it finds the headers (`#include "a.h"`) and everything the kernels need at
# link time. It is rebuilt when a .kop file changes that one of the sources
# imports, or when keopsc does.
#
#     keops_add_library(gauss SOURCES gauss.kop DEFINES D=3 CPU native)
#     target_link_libraries(app PRIVATE gauss)
#     install(TARGETS gauss EXPORT app PUBLIC_HEADER DESTINATION include)
#
# Without a kind BUILD_SHARED_LIBS decides. A SHARED library carries the runtime
# inside; a STATIC one links to it (Keops::keops_rt), so the package that exports
# it says find_dependency(Keops). An OBJECT library is a set of objects that
# become part of what links to it, directly, in the same directory tree.

cmake_policy(PUSH)
cmake_policy(VERSION 3.20) # CMP0116: paths in dependency files are translated

# The objects and headers of one .kop file; sets them in the caller's scope.
function(_keops_compile out_object out_header directory source)
  get_filename_component(source ${source} ABSOLUTE)
  get_filename_component(stem ${source} NAME_WLE)
  set(object ${directory}/${stem}.o)
  set(header ${directory}/include/${stem}.h)
  add_custom_command(
    OUTPUT ${object} ${header}
    COMMAND Keops::keopsc ${source} -o ${object} --header=${header}
            -MD -MF ${object}.d ${ARGN}
    DEPENDS ${source} Keops::keopsc
    DEPFILE ${object}.d
    COMMENT "Compiling kernels ${stem}.kop"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES
    GENERATED TRUE EXTERNAL_OBJECT TRUE)
  set_source_files_properties(${header} PROPERTIES
    GENERATED TRUE HEADER_FILE_ONLY TRUE)
  set(${out_object} ${object} PARENT_SCOPE)
  set(${out_header} ${header} PARENT_SCOPE)
endfunction()

# The triple to compile for, when it is not the machine's own.
function(_keops_target_triple out language)
  set(${out} "" PARENT_SCOPE)
  if(CMAKE_${language}_COMPILER_TARGET)
    set(${out} --target-triple=${CMAKE_${language}_COMPILER_TARGET} PARENT_SCOPE)
  elseif(CMAKE_CROSSCOMPILING AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    set(${out} --target-triple=${CMAKE_SYSTEM_PROCESSOR}-linux-gnu PARENT_SCOPE)
  endif()
endfunction()

function(keops_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "STATIC;SHARED;OBJECT" "DTYPE"
    "SOURCES;DEFINES;CPU;CUDA;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "keops_add_library(${name}): unknown arguments: "
      "${arg_UNPARSED_ARGUMENTS} (.kop files follow SOURCES)")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "keops_add_library(${name}): no value after "
      "${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "keops_add_library(${name}): no SOURCES")
  endif()
  set(kinds)
  foreach(kind STATIC SHARED OBJECT)
    if(arg_${kind})
      list(APPEND kinds ${kind})
    endif()
  endforeach()
  list(LENGTH kinds count)
  if(count GREATER 1)
    message(FATAL_ERROR "keops_add_library(${name}): one of ${kinds}, not several")
  elseif(count EQUAL 1)
    set(kind ${kinds})
  elseif(BUILD_SHARED_LIBS)
    set(kind SHARED)
  else()
    set(kind STATIC)
  endif()

  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages)
    set(language C)
  elseif("CXX" IN_LIST languages)
    set(language CXX)
  else()
    message(FATAL_ERROR "keops_add_library(${name}): the project needs the "
      "language C or CXX, to link")
  endif()

  set(flags)
  foreach(define ${arg_DEFINES})
    list(APPEND flags -D ${define})
  endforeach()
  if(arg_DTYPE)
    list(APPEND flags --dtype=${arg_DTYPE})
  endif()
  if(arg_CPU)
    list(JOIN arg_CPU "," cpus)
    list(APPEND flags --cpu=${cpus})
  endif()
  if(arg_CUDA)
    list(JOIN arg_CUDA "," architectures)
    list(APPEND flags --cuda=${architectures})
  endif()
  _keops_target_triple(triple ${language})
  list(APPEND flags ${triple} ${arg_OPTIONS})

  # A directory of its own: two libraries may compile one file differently.
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/${name}.keops)
  file(MAKE_DIRECTORY ${directory}/include)
  set(objects)
  set(headers)
  foreach(source ${arg_SOURCES})
    _keops_compile(object header ${directory} ${source} ${flags})
    if(object IN_LIST objects)
      message(FATAL_ERROR "keops_add_library(${name}): two sources are named "
        "like ${source}; their headers would be the same file")
    endif()
    list(APPEND objects ${object})
    list(APPEND headers ${header})
  endforeach()

  if(kind STREQUAL "OBJECT")
    # CMake's own OBJECT libraries hold no object that it did not compile.
    add_library(${name} INTERFACE)
    add_custom_target(${name}.objects DEPENDS ${objects} ${headers})
    add_dependencies(${name} ${name}.objects)
    target_sources(${name} INTERFACE ${objects})
    target_link_libraries(${name} INTERFACE Keops::keops_rt)
    set(scope INTERFACE)
  else()
    add_library(${name} ${kind} ${objects} ${headers})
    set_target_properties(${name} PROPERTIES
      LINKER_LANGUAGE ${language}
      PUBLIC_HEADER "${headers}")
    if(kind STREQUAL "SHARED")
      target_link_libraries(${name}
        PUBLIC Keops::keops_headers PRIVATE Keops::keops_rt)
    else()
      target_link_libraries(${name} PUBLIC Keops::keops_rt)
    endif()
    set(scope PUBLIC)
  endif()
  target_include_directories(${name} ${scope}
    $<BUILD_INTERFACE:${directory}/include> $<INSTALL_INTERFACE:include>)
endfunction()

cmake_policy(POP)
