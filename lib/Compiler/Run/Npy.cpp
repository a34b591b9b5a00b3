//===- Npy.cpp - NumPy's .npy files ---------------------------------------===//
//
// A file is the magic "\x93NUMPY", two bytes of version, the length of the
// header (two or four bytes), the header (a Python dictionary with exactly the
// keys 'descr', 'fortran_order', 'shape') and the elements.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Run/Npy.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"

#include <optional>

using namespace llvm;

namespace keops {

static constexpr StringLiteral magic("\x93NUMPY");
/// NumPy has no more dimensions; a file that claims them is broken.
static constexpr size_t maxRank = 64;

static Error wrong(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

//===----------------------------------------------------------------------===//
// The header's dictionary
//===----------------------------------------------------------------------===//

namespace {
struct Header {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;
};

/// Reads the one kind of Python literal that headers are.
class HeaderReader {
public:
  explicit HeaderReader(StringRef text) : rest(text) {}

  Error read(Header &header);

private:
  bool take(char c) {
    rest = rest.ltrim(" \t\n\r");
    return rest.consume_front(StringRef(&c, 1));
  }
  bool takeString(std::string &out);
  bool takeTuple(std::vector<int64_t> &out);
  Error readEntry(StringRef key, Header &header);

  StringRef rest;
};
} // namespace

bool HeaderReader::takeString(std::string &out) {
  rest = rest.ltrim(" \t\n\r");
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return false;
  size_t end = rest.find(rest[0], 1);
  if (end == StringRef::npos)
    return false;
  out = rest.slice(1, end).str();
  rest = rest.drop_front(end + 1);
  return true;
}

bool HeaderReader::takeTuple(std::vector<int64_t> &out) {
  if (!take('('))
    return false;
  while (!take(')')) {
    rest = rest.ltrim(" \t\n\r");
    uint64_t extent = 0;
    if (rest.consumeInteger(10, extent) || extent > INT64_MAX)
      return false;
    // Files of Python 2 say 3L.
    rest.consume_front("L");
    out.push_back(static_cast<int64_t>(extent));
    if (out.size() > maxRank)
      return false;
    if (take(','))
      continue;
    if (!take(')'))
      return false;
    break;
  }
  return true;
}

Error HeaderReader::readEntry(StringRef key, Header &header) {
  if (key == "descr") {
    std::string descr;
    if (take('['))
      return wrong("it holds records (a structured type); save each field as "
                   "an array of its own");
    if (!takeString(descr))
      return wrong("its header is damaged: no type");
    header.descr = std::move(descr);
    return Error::success();
  }
  if (key == "fortran_order") {
    rest = rest.ltrim(" \t\n\r");
    if (rest.consume_front("True"))
      header.fortranOrder = true;
    else if (rest.consume_front("False"))
      header.fortranOrder = false;
    else
      return wrong("its header is damaged: no order");
    return Error::success();
  }
  if (key == "shape") {
    std::vector<int64_t> shape;
    if (!takeTuple(shape))
      return wrong("its header is damaged: no shape");
    header.shape = std::move(shape);
    return Error::success();
  }
  return wrong("its header is damaged: unexpected key");
}

Error HeaderReader::read(Header &header) {
  if (!take('{'))
    return wrong("its header is damaged: no dictionary");
  while (!take('}')) {
    std::string key;
    if (!takeString(key) || !take(':'))
      return wrong("its header is damaged: no key");
    if (Error error = readEntry(key, header))
      return error;
    if (!take(',') && !StringRef(rest.ltrim(" \t\n\r")).starts_with("}"))
      return wrong("its header is damaged: entries run together");
  }
  if (!header.descr || !header.fortranOrder || !header.shape)
    return wrong("its header is damaged: an entry is missing");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static Expected<KernelArray::Type> typeOf(StringRef descr) {
  using Type = KernelArray::Type;
  std::optional<Type> type =
      StringSwitch<std::optional<Type>>(descr.drop_front(descr.empty() ? 0 : 1))
          .Case("f2", Type::F16)
          .Case("f4", Type::F32)
          .Case("f8", Type::F64)
          .Case("i4", Type::I32)
          .Case("i8", Type::I64)
          .Cases({"V2", "u2"}, Type::BF16)
          .Default(std::nullopt);
  std::string shown;
  for (char c : descr.take_front(16))
    shown += isPrint(c) ? c : '?';
  if (!type)
    return wrong("its elements are '" + Twine(shown) +
                 "'; save them as one of f2 f4 f8 i4 i8, with .astype(...)");
  if (descr[0] == '>')
    return wrong("its elements are big-endian ('" + Twine(shown) +
                 "'); save them little-endian, with .astype('<" +
                 descr.drop_front() + "')");
  if (descr[0] != '<' && descr[0] != '=' && descr[0] != '|')
    return wrong("its element type '" + Twine(shown) + "' is damaged");
  return *type;
}

static StringRef descrOf(KernelArray::Type type) {
  switch (type) {
  case KernelArray::Type::F16:
    return "<f2";
  case KernelArray::Type::BF16:
    return "<V2";
  case KernelArray::Type::F32:
    return "<f4";
  case KernelArray::Type::F64:
    return "<f8";
  case KernelArray::Type::I32:
    return "<i4";
  case KernelArray::Type::I64:
    return "<i8";
  }
  llvm_unreachable("unknown type");
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

/// Splits a file into its header and its elements.
static Error splitFile(StringRef file, StringRef &header, StringRef &elements) {
  if (!file.consume_front(magic))
    return wrong("it is no .npy file");
  if (file.size() < 2)
    return wrong("it is cut off in its header");
  unsigned version = static_cast<uint8_t>(file[0]);
  file = file.drop_front(2);
  if (version < 1 || version > 3)
    return wrong("its format version " + Twine(version) + " is unknown");
  size_t lengthBytes = version == 1 ? 2 : 4;
  if (file.size() < lengthBytes)
    return wrong("it is cut off in its header");
  uint64_t length = version == 1 ? support::endian::read16le(file.data())
                                 : support::endian::read32le(file.data());
  file = file.drop_front(lengthBytes);
  if (length > file.size())
    return wrong("it is cut off in its header");
  header = file.take_front(length);
  elements = file.drop_front(length);
  return Error::success();
}

Expected<Array> parseNpy(StringRef file) {
  StringRef text, elements;
  if (Error error = splitFile(file, text, elements))
    return error;
  Header header;
  if (Error error = HeaderReader(text).read(header))
    return error;
  Expected<KernelArray::Type> type = typeOf(*header.descr);
  if (!type)
    return type.takeError();

  Array array;
  array.type = *type;
  array.shape = *header.shape;
  int64_t count = elementsOf(array.shape, typeBytes(*type));
  if (count < 0)
    return wrong("its shape " + array.shapeText() + " is impossible");
  uint64_t expected = static_cast<uint64_t>(count) * typeBytes(*type);
  if (elements.size() != expected)
    return wrong("it holds " + Twine(elements.size()) +
                 " bytes of elements; its shape " + array.shapeText() + " of " +
                 typeName(*type) + " needs " + Twine(expected));
  // With at most one extent above 1 the orders are the same.
  size_t wide = llvm::count_if(array.shape, [](int64_t n) { return n > 1; });
  if (*header.fortranOrder && wide > 1)
    return wrong("its elements are in Fortran order; save them in C order, "
                 "with numpy.ascontiguousarray(...)");
  array.bytes = elements.str();
  return array;
}

std::string formatNpy(const Array &array) {
  std::string header = "{'descr': '" + descrOf(array.type).str() +
                       "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < array.shape.size(); ++i)
    header += (i ? ", " : "") + std::to_string(array.shape[i]);
  if (array.shape.size() == 1)
    header += ',';
  header += "), }";
  // Elements start at a multiple of 64 bytes; the header ends in a line break.
  size_t lead = magic.size() + 4;
  size_t total = alignTo(lead + header.size() + 1, 64);
  header.append(total - lead - header.size() - 1, ' ');
  header += '\n';

  std::string file = magic.str();
  file += {'\1', '\0'};
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  return file + header + array.bytes;
}

} // namespace keops
