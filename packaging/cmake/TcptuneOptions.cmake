# SPDX-License-Identifier: Apache-2.0
# How everything is compiled, as interface targets: nothing is set directory-wide.

option(TCPTUNE_WERROR "Warnings are errors (on in our presets, off for packagers)" OFF)
option(TCPTUNE_SANITIZE "Address and undefined-behaviour sanitizers" OFF)
option(TCPTUNE_FUZZ "Build the fuzz targets with libFuzzer (clang)" OFF)
option(TCPTUNE_UNITY "Compile several sources at once: twice as fast" OFF)

add_library(tcptune_warnings INTERFACE)
# Not -Wnull-dereference: with optimisation it finds fault with the standard library and CLI11.
target_compile_options(tcptune_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual $<$<BOOL:${TCPTUNE_WERROR}>:-Werror>)

add_library(tcptune_sanitize INTERFACE)
if(TCPTUNE_SANITIZE)
  target_compile_options(tcptune_sanitize INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_compile_definitions(tcptune_sanitize INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(tcptune_sanitize INTERFACE -fsanitize=address,undefined)
endif()
if(TCPTUNE_FUZZ)
  target_compile_options(tcptune_sanitize INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# What every static library of the project has in common.
function(tcptune_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE tcptune_warnings PUBLIC tcptune_sanitize)
  if(TCPTUNE_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()
