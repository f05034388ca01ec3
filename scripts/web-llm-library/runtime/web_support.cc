// The few C functions by which web-llm's script talks to the runtime: memory for a call's arguments, functions that
// live in the script, and the text of the last error. TVM's own file for them brings its remote procedure calls along,
// which a page does not need. Knows nothing of models.
#define TVM_FFI_ALWAYS_LOG_BEFORE_THROW 1

#include <tvm/ffi/c_api.h>
#include <tvm/ffi/error.h>
#include <tvm/ffi/function.h>

#include <cstdint>
#include <string>

extern "C" {

// Two that the script implements.
extern int TVMFFIWasmSafeCall(void* self, const TVMFFIAny* args, int32_t num_args, TVMFFIAny* result);
extern void TVMFFIWasmFunctionDeleter(void* self);

/*! \brief Space for `size` bytes, aligned to 8. */
TVM_FFI_DLL_EXPORT void* TVMWasmAllocSpace(int size) { return new int64_t[(size + 7) / 8]; }

TVM_FFI_DLL_EXPORT void TVMWasmFreeSpace(void* space) { delete[] static_cast<int64_t*>(space); }

/*! \brief A function of the script as one that the runtime can call. 0 is success. */
TVM_FFI_DLL_EXPORT int TVMFFIWasmFunctionCreate(void* self, TVMFFIObjectHandle* out) {
  return TVMFFIFunctionCreate(self, TVMFFIWasmSafeCall, TVMFFIWasmFunctionDeleter, out);
}

/*! \brief What the last failed call said; stays valid until the next call of this function. */
TVM_FFI_DLL_EXPORT const char* TVMFFIWasmGetLastError() {
  static std::string last;
  last = ::tvm::ffi::details::MoveFromSafeCallRaised().what();
  return last.c_str();
}

}  // extern "C"
