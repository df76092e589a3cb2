# What the fuzz targets need where the C++ standard library is another than the one that the system's libraries were built
# with: OSS-Fuzz takes libc++, and runs the programs on a machine that has none of the libraries. So C++ libraries are
# headers or compiled here, with the sanitizers, and C libraries are linked statically. The targets bear their usual names.
set(OAUTHENTIC_YAML_CPP "" CACHE PATH "The sources of yaml-cpp")
set(OAUTHENTIC_TESTS OFF)
set(OAUTHENTIC_BENCH OFF)
set(OAUTHENTIC_PCH OFF)

set(OPENSSL_USE_STATIC_LIBS ON)
set(ZLIB_USE_STATIC_LIBS ON)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)
find_path(GUMBO_INCLUDE_DIR gumbo.h REQUIRED)
find_library(GUMBO_LIBRARY libgumbo.a REQUIRED)

find_package(nlohmann_json 3.11 REQUIRED)
find_path(FMT_INCLUDE_DIR fmt/format.h REQUIRED)
add_library(fmt::fmt INTERFACE IMPORTED)
target_include_directories(fmt::fmt INTERFACE ${FMT_INCLUDE_DIR})
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)

find_package(Boost 1.81 REQUIRED)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/boost_url.cpp CONTENT "#include <boost/url/src.hpp>\n")
add_library(boost_url STATIC ${CMAKE_BINARY_DIR}/boost_url.cpp)
target_link_libraries(boost_url PUBLIC Boost::headers)
# As the system's library is compiled. NB: an assertion of Boost.URL 1.81 does not hold for "http:?", which it then reads right.
target_compile_definitions(boost_url PRIVATE BOOST_DISABLE_ASSERTS)
add_library(Boost::url ALIAS boost_url)

file(GLOB yaml_cpp_sources ${OAUTHENTIC_YAML_CPP}/src/*.cpp ${OAUTHENTIC_YAML_CPP}/src/contrib/*.cpp)
if(NOT yaml_cpp_sources)
  message(FATAL_ERROR "OAUTHENTIC_YAML_CPP has to be the folder of the sources of yaml-cpp")
endif()
add_library(yaml-cpp STATIC ${yaml_cpp_sources})
target_include_directories(yaml-cpp SYSTEM PUBLIC ${OAUTHENTIC_YAML_CPP}/include)
target_compile_definitions(yaml-cpp PUBLIC YAML_CPP_STATIC_DEFINE)
