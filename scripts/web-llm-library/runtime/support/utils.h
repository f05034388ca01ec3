// TVM's runtime includes a header of text helpers that its wheel does not ship. What is built here uses none of them.
#ifndef TVM_SUPPORT_UTILS_H_
#define TVM_SUPPORT_UTILS_H_
#endif  // TVM_SUPPORT_UTILS_H_
