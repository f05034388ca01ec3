// The byte stream that TVM's runtime reads its library from. The wheel ships the sources that use it and not the
// header itself; this is an own one with the same names. Knows `Read` and `Write` of bytes; how values are laid out
// is serializer.h's part. Everything is little-endian: so is WebAssembly.
#ifndef TVM_SUPPORT_IO_H_
#define TVM_SUPPORT_IO_H_

#include <cstddef>

namespace tvm {
namespace support {

class Stream {
 public:
  virtual ~Stream() = default;
  /*! \brief Reads up to `size` bytes; returns how many there were. */
  virtual size_t Read(void* data, size_t size) = 0;
  /*! \brief Writes `size` bytes; returns how many were taken. */
  virtual size_t Write(const void* data, size_t size) = 0;

  template <typename T>
  void Write(const T& value);
  template <typename T>
  bool Read(T* value);
  template <typename T>
  void WriteArray(const T* values, size_t count);
  template <typename T>
  bool ReadArray(T* values, size_t count);
};

}  // namespace support
}  // namespace tvm

#include <tvm/support/serializer.h>

#endif  // TVM_SUPPORT_IO_H_
