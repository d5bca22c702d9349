# SPDX-License-Identifier: Apache-2.0
# A doctest program `name` from sources; each TEST_CASE is not a ctest of its own (a process
# start costs more than the case), the program is. Exit status 77 of a script means "skipped".

add_library(tcptune_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/unit/main.cpp)
target_link_libraries(tcptune_test_main PUBLIC doctest::doctest tcptune_sanitize)

function(tcptune_test name)
  cmake_parse_arguments(T "" "LABEL" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${T_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE TCPTUNE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE tcptune_test_main tcptune_warnings ${T_LIBRARIES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABEL}" TIMEOUT 120)
endfunction()

# A script that gets the program's path in TCPTUNE and the source tree in TCPTUNE_SOURCE.
function(tcptune_script_test name)
  cmake_parse_arguments(T "" "LABEL;SCRIPT;TIMEOUT" "ARGS" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${T_SCRIPT} ${T_ARGS} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
  set_tests_properties(${name} PROPERTIES LABELS "${T_LABEL}" TIMEOUT ${T_TIMEOUT}
    SKIP_RETURN_CODE 77
    ENVIRONMENT "TCPTUNE=${CMAKE_BINARY_DIR}/bin/tcptune;TCPTUNE_SOURCE=${PROJECT_SOURCE_DIR};TCPTUNE_BUILD=${CMAKE_BINARY_DIR}")
endfunction()
