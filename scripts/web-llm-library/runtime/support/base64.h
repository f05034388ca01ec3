// TVM writes tensors into JSON as base64. Nothing that runs in a page does, so these streams refuse by name instead of
// pretending: only the names are needed to build the runtime.
#ifndef TVM_SUPPORT_BASE64_H_
#define TVM_SUPPORT_BASE64_H_

#include <tvm/ffi/error.h>
#include <tvm/support/io.h>

namespace tvm {
namespace support {

class NoBase64Stream : public Stream {
 public:
  using Stream::Read;
  using Stream::Write;
  explicit NoBase64Stream(Stream*) {}
  size_t Read(void*, size_t) override { return Refuse(); }
  size_t Write(const void*, size_t) override { return Refuse(); }
  void InitPosition() {}
  void Finish() {}

 private:
  static size_t Refuse() { TVM_FFI_THROW(RuntimeError) << "This runtime keeps no tensors in JSON."; }
};

using Base64InStream = NoBase64Stream;
using Base64OutStream = NoBase64Stream;

}  // namespace support
}  // namespace tvm

#endif  // TVM_SUPPORT_BASE64_H_
