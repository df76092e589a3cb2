# oauthentic_embed(TARGET FUNCTION NAME ROOT dir FILES files...): puts the files, as they are, into TARGET; they are found by
# `std::span<const oauthentic::EmbeddedFile> oauthentic::NAME()` (core/embedded_file.hpp), by their path below ROOT.
function(oauthentic_embed target)
  cmake_parse_arguments(arg "" "NAME;ROOT" "FILES" ${ARGN})
  set(asm "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.S")
  set(cpp "${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME}.cpp")
  set(asm_text "    .section .note.GNU-stack,\"\",@progbits\n    .section .rodata\n")
  set(declarations "")
  set(rows "")
  set(index 0)
  foreach(file ${arg_FILES})
    file(RELATIVE_PATH path ${arg_ROOT} ${file})
    set(symbol "oauthentic_${arg_NAME}_${index}")
    string(APPEND asm_text "    .global ${symbol}_begin\n    .global ${symbol}_end\n${symbol}_begin:\n"
                           "    .incbin \"${file}\"\n${symbol}_end:\n    .byte 0\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}_begin[];\nextern \"C\" const char ${symbol}_end[];\n")
    string(APPEND rows "      {\"${path}\", std::string_view(${symbol}_begin, ${symbol}_end)},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${asm} CONTENT "${asm_text}" @ONLY)
  file(CONFIGURE OUTPUT ${cpp} CONTENT
       "#include \"core/embedded_file.hpp\"\n${declarations}
std::span<const oauthentic::EmbeddedFile> oauthentic::${arg_NAME}() {
  static const EmbeddedFile files[] = {\n${rows}  };\n  return files;\n}\n" @ONLY)
  set_source_files_properties(${asm} PROPERTIES OBJECT_DEPENDS "${arg_FILES}")
  target_sources(${target} PRIVATE ${asm} ${cpp})
endfunction()
