# keops_tablegen(TARGET SOURCE.td --gen-... OUTPUT [options...])
# Runs keops-tblgen; OUTPUT is relative to build/include, where generated C++
# is included from, unless it is absolute. TARGET is what users depend on.
function(keops_tablegen target source generator output)
  if(NOT IS_ABSOLUTE ${output})
    set(output ${PROJECT_BINARY_DIR}/include/${output})
  endif()
  get_filename_component(folder ${output} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  file(GLOB records CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/dialects/keops/*.td)
  add_custom_command(OUTPUT ${output}
    COMMAND keops-tblgen ${generator} ${source} -o ${output} --write-if-changed
      -I ${PROJECT_SOURCE_DIR}/dialects -I ${LLVM_INCLUDE_DIR} -I ${MLIR_INCLUDE_DIRS}
      ${ARGN}
    DEPENDS keops-tblgen ${records} VERBATIM)
  add_custom_target(${target} DEPENDS ${output})
endfunction()
