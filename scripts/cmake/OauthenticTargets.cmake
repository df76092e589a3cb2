# How every library and test of the tree is declared: one static library a folder, its tests beside it.

add_library(oauthentic_options INTERFACE)
target_compile_options(oauthentic_options INTERFACE -Wall -Wextra -Wpedantic)
if(OAUTHENTIC_WERROR)
  target_compile_options(oauthentic_options INTERFACE -Werror)
endif()
if(OAUTHENTIC_SANITIZE)
  target_compile_options(oauthentic_options INTERFACE -fsanitize=${OAUTHENTIC_SANITIZE} -fno-omit-frame-pointer
                                                     -fno-sanitize-recover=all)
  target_link_options(oauthentic_options INTERFACE -fsanitize=${OAUTHENTIC_SANITIZE})
endif()
target_include_directories(oauthentic_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/harness)
target_link_libraries(oauthentic_options INTERFACE Threads::Threads)

# What most files include is read once. With OAUTHENTIC_PCH off each file is compiled on its own: does it include what it
# uses?
if(OAUTHENTIC_PCH)
  # The macros of a precompiled header have to be those of each of its users.
  target_link_libraries(oauthentic_options INTERFACE fmt::fmt Boost::url nlohmann_json::nlohmann_json)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/empty.cpp CONTENT "")
  add_library(oauthentic_pch OBJECT ${CMAKE_BINARY_DIR}/empty.cpp)
  target_link_libraries(oauthentic_pch PRIVATE oauthentic_options)
  target_precompile_headers(oauthentic_pch PRIVATE <algorithm> <chrono> <expected> <functional> <map> <optional> <set>
                            <string> <string_view> <vector> <fmt/format.h> <nlohmann/json.hpp>)
endif()

# oauthentic_library(NAME [DEPENDS libraries...]): the library of this folder and, below it, of the folders that
# have no CMakeLists.txt of their own; *_test.cpp become the test program oauthentic_NAME_test.
function(oauthentic_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB nested CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(file ${nested})
    get_filename_component(folder ${file} DIRECTORY)
    list(FILTER sources EXCLUDE REGEX "^${folder}/")
  endforeach()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  foreach(excluded ${arg_EXCLUDE})
    list(FILTER sources EXCLUDE REGEX "/${excluded}$")
  endforeach()
  if(NOT sources)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/empty.cpp CONTENT "")
    set(sources ${CMAKE_BINARY_DIR}/empty.cpp)
  endif()
  add_library(oauthentic_${name} STATIC ${sources})
  target_link_libraries(oauthentic_${name} PUBLIC oauthentic_options ${arg_DEPENDS})
  if(OAUTHENTIC_PCH)
    target_precompile_headers(oauthentic_${name} REUSE_FROM oauthentic_pch)
  endif()
  if(OAUTHENTIC_TESTS AND tests)
    oauthentic_test(${name} SOURCES ${tests} DEPENDS oauthentic_${name})
  endif()
endfunction()

# oauthentic_test(NAME SOURCES files... DEPENDS libraries... [APART]): a GoogleTest program, each test known to ctest;
# with APART it is not: what it needs is not on every machine.
function(oauthentic_test name)
  cmake_parse_arguments(arg "APART" "" "SOURCES;DEPENDS" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(oauthentic_${name}_test ${arg_SOURCES})
  target_link_libraries(oauthentic_${name}_test PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(oauthentic_${name}_test PRIVATE OAUTHENTIC_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                             OAUTHENTIC_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_compile_options(oauthentic_${name}_test PRIVATE ${OAUTHENTIC_TEST_OPTIONS})
  if(OAUTHENTIC_PCH)
    oauthentic_test_pch()
    target_precompile_headers(oauthentic_${name}_test REUSE_FROM oauthentic_test_pch)
  endif()
  if(NOT arg_APART)
    gtest_discover_tests(oauthentic_${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 900)
  endif()
endfunction()

# The header of all test programs, made for the first.
function(oauthentic_test_pch)
  if(TARGET oauthentic_test_pch)
    return()
  endif()
  add_library(oauthentic_test_pch OBJECT ${CMAKE_BINARY_DIR}/empty.cpp)
  target_link_libraries(oauthentic_test_pch PRIVATE oauthentic_options GTest::gmock GTest::gtest)
  target_compile_definitions(oauthentic_test_pch PRIVATE OAUTHENTIC_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                         OAUTHENTIC_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_compile_options(oauthentic_test_pch PRIVATE ${OAUTHENTIC_TEST_OPTIONS})
  target_precompile_headers(oauthentic_test_pch PRIVATE <algorithm> <map> <string> <vector> <fmt/format.h>
                            <nlohmann/json.hpp> <gmock/gmock.h> <gtest/gtest.h>)
endfunction()
