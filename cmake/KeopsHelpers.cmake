# Two helpers that say what a compiler library or tool needs, in one place.
# LLVM and MLIR are linked as their shared libraries: a tool starts in
# milliseconds and links in seconds.

add_library(keops_llvm_flags INTERFACE)
target_include_directories(keops_llvm_flags SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_include_directories(keops_llvm_flags INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
separate_arguments(KEOPS_LLVM_DEFINITIONS UNIX_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(keops_llvm_flags INTERFACE ${KEOPS_LLVM_DEFINITIONS})
target_compile_options(keops_llvm_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -Wall -Wextra -Wno-unused-parameter>)
if(NOT LLVM_ENABLE_RTTI)
  target_compile_options(keops_llvm_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()

# keops_library(NAME sources... [LINK libs...] [DEPENDS targets...] [MLIR])
function(keops_library name)
  cmake_parse_arguments(ARG "MLIR" "" "LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC keops_llvm_flags ${ARG_LINK})
  if(ARG_MLIR)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
    add_dependencies(${name} keops_dialect_headers)
  else()
    target_link_libraries(${name} PUBLIC LLVM)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# keops_tool(NAME sources... [LINK libs...])
function(keops_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  # LLVM's libraries need not be where the dynamic linker looks by itself.
  set_target_properties(${name} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
