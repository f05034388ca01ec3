// How values lie in the byte stream of a compiled library: numbers as they are in memory, everything with a length
// as an unsigned 64-bit count followed by its elements. Own code against the layout that the compiler of the same
// version writes; knows nothing of what the values mean.
#ifndef TVM_SUPPORT_SERIALIZER_H_
#define TVM_SUPPORT_SERIALIZER_H_

#include <tvm/ffi/container/array.h>
#include <tvm/ffi/container/map.h>
#include <tvm/ffi/string.h>
#include <tvm/support/io.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tvm {
namespace support {

/*! \brief Plain values; types with their own `Save` and `Load` are asked. */
template <typename T>
struct Serializer {
  static constexpr bool plain = std::is_trivially_copyable_v<T>;

  static void Write(Stream* stream, const T& value) {
    if constexpr (plain) {
      stream->Write(static_cast<const void*>(&value), sizeof(T));
    } else {
      value.Save(stream);
    }
  }
  static bool Read(Stream* stream, T* value) {
    if constexpr (plain) {
      return stream->Read(static_cast<void*>(value), sizeof(T)) == sizeof(T);
    } else {
      return value->Load(stream);
    }
  }
};

template <>
struct Serializer<std::string> {
  static void Write(Stream* stream, const std::string& value) {
    stream->Write<uint64_t>(value.size());
    stream->Write(static_cast<const void*>(value.data()), value.size());
  }
  static bool Read(Stream* stream, std::string* value) {
    uint64_t size;
    if (!stream->Read(&size)) return false;
    value->resize(size);
    return size == 0 || stream->Read(static_cast<void*>(&(*value)[0]), size) == size;
  }
};

template <>
struct Serializer<ffi::String> {
  static void Write(Stream* stream, const ffi::String& value) {
    stream->Write(std::string(value));
  }
  static bool Read(Stream* stream, ffi::String* value) {
    std::string text;
    if (!stream->Read(&text)) return false;
    *value = ffi::String(std::move(text));
    return true;
  }
};

template <typename First, typename Second>
struct Serializer<std::pair<First, Second>> {
  static void Write(Stream* stream, const std::pair<First, Second>& value) {
    stream->Write(value.first);
    stream->Write(value.second);
  }
  static bool Read(Stream* stream, std::pair<First, Second>* value) {
    return stream->Read(&value->first) && stream->Read(&value->second);
  }
};

/*! \brief A count, then the elements. `Take` keeps one element that was read. */
template <typename Element, typename Container, typename Take>
bool ReadElements(Stream* stream, Container* container, Take take) {
  uint64_t size;
  if (!stream->Read(&size)) return false;
  *container = Container();
  for (uint64_t index = 0; index < size; ++index) {
    Element element{};
    if (!stream->Read(&element)) return false;
    take(std::move(element));
  }
  return true;
}

template <typename Container>
void WriteElements(Stream* stream, const Container& container) {
  stream->Write<uint64_t>(container.size());
  for (const auto& element : container) stream->Write(element);
}

template <typename T>
struct Serializer<std::vector<T>> {
  static void Write(Stream* stream, const std::vector<T>& value) { WriteElements(stream, value); }
  static bool Read(Stream* stream, std::vector<T>* value) {
    return ReadElements<T>(stream, value, [&](T element) { value->push_back(std::move(element)); });
  }
};

template <typename T>
struct Serializer<ffi::Array<T>> {
  static void Write(Stream* stream, const ffi::Array<T>& value) {
    stream->Write<uint64_t>(value.size());
    for (const T element : value) stream->Write(element);
  }
  static bool Read(Stream* stream, ffi::Array<T>* value) {
    return ReadElements<T>(stream, value, [&](T element) { value->push_back(std::move(element)); });
  }
};

template <typename Key, typename Value>
struct Serializer<std::unordered_map<Key, Value>> {
  using Entry = std::pair<Key, Value>;
  static void Write(Stream* stream, const std::unordered_map<Key, Value>& value) {
    stream->Write<uint64_t>(value.size());
    for (const auto& [key, item] : value) stream->Write(Entry(key, item));
  }
  static bool Read(Stream* stream, std::unordered_map<Key, Value>* value) {
    return ReadElements<Entry>(stream, value, [&](Entry entry) {
      value->emplace(std::move(entry.first), std::move(entry.second));
    });
  }
};

template <typename Key, typename Value>
struct Serializer<ffi::Map<Key, Value>> {
  using Entry = std::pair<Key, Value>;
  static void Write(Stream* stream, const ffi::Map<Key, Value>& value) {
    stream->Write<uint64_t>(value.size());
    for (const auto& [key, item] : value) stream->Write(Entry(key, item));
  }
  static bool Read(Stream* stream, ffi::Map<Key, Value>* value) {
    return ReadElements<Entry>(stream, value, [&](Entry entry) {
      value->Set(std::move(entry.first), std::move(entry.second));
    });
  }
};

template <typename T>
void Stream::Write(const T& value) {
  Serializer<T>::Write(this, value);
}
template <typename T>
bool Stream::Read(T* value) {
  return Serializer<T>::Read(this, value);
}
template <typename T>
void Stream::WriteArray(const T* values, size_t count) {
  for (size_t index = 0; index < count; ++index) Write(values[index]);
}
template <typename T>
bool Stream::ReadArray(T* values, size_t count) {
  for (size_t index = 0; index < count; ++index) {
    if (!Read(values + index)) return false;
  }
  return true;
}

}  // namespace support
}  // namespace tvm

#endif  // TVM_SUPPORT_SERIALIZER_H_
