//===- Depfile.cpp - rules for Make and Ninja -----------------------------===//
//
// The escapes are those that GNU Make and Ninja both undo: a backslash before
// space, tab, '#' and ':', with the backslashes right before doubled, and '$'
// twice.
//
//===----------------------------------------------------------------------===//

#include "keops/Compiler/Depfile.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace keops {

std::string escapeForMake(StringRef name) {
  std::string out;
  size_t backslashes = 0;
  for (char c : name) {
    if (c == '\\') {
      ++backslashes;
      out += c;
      continue;
    }
    if (c == ' ' || c == '\t') {
      // Backslashes before a space are read in pairs.
      out.append(backslashes, '\\');
      out += '\\';
    } else if (c == '#' || c == ':') {
      out += '\\';
    } else if (c == '$') {
      out += '$';
    }
    out += c;
    backslashes = 0;
  }
  return out;
}

std::string emitDepfile(ArrayRef<std::string> targets,
                        ArrayRef<std::string> dependencies, bool phony) {
  std::string text = join(targets, " ") + ":";
  for (const std::string &dependency : dependencies)
    text += " \\\n  " + escapeForMake(dependency);
  text += '\n';
  if (phony)
    for (const std::string &dependency :
         dependencies.drop_front(std::min<size_t>(1, dependencies.size())))
      text += "\n" + escapeForMake(dependency) + ":\n";
  return text;
}

} // namespace keops
