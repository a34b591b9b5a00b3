//===- DiagnosticRendering.cpp - diagnostics as text and as JSON ----------===//
//
// Text shows the line without its indentation, two columns in, with the caret
// line below. Control characters and broken UTF-8 are shown as '?', so no input
// can garble a terminal; long lines are cut around the caret.
//
//===----------------------------------------------------------------------===//

#include "keops/Support/Diagnostics.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Locale.h"

using namespace keops;
using llvm::raw_ostream;
using llvm::StringRef;

static constexpr unsigned maxShownColumns = 160;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

namespace {
/// A character of a shown line: its bytes, where they start, how wide it is.
struct Glyph {
  StringRef bytes;
  uint32_t offset;
  unsigned width;
};
} // namespace

static llvm::SmallVector<Glyph> glyphsOf(StringRef line, uint32_t start) {
  llvm::SmallVector<Glyph> glyphs;
  for (size_t at = 0; at < line.size();) {
    const auto *bytes = reinterpret_cast<const llvm::UTF8 *>(line.data() + at);
    size_t length = llvm::getNumBytesForUTF8(*bytes);
    bool legal = at + length <= line.size() &&
                 llvm::isLegalUTF8Sequence(bytes, bytes + length);
    if (!legal)
      length = 1;
    StringRef text = line.substr(at, length);
    int width = legal ? llvm::sys::locale::columnWidth(text) : -1;
    if (text == "\t")
      glyphs.push_back({"    ", uint32_t(start + at), 4});
    else if (width <= 0)
      glyphs.push_back({"?", uint32_t(start + at), 1});
    else
      glyphs.push_back({text, uint32_t(start + at), unsigned(width)});
    at += length;
  }
  return glyphs;
}

/// Caret and tildes under the glyphs of one line.
static char markOf(const Glyph &glyph, SourceRange caret,
                   llvm::ArrayRef<SourceRange> highlights) {
  if (glyph.offset == caret.begin)
    return '^';
  for (SourceRange range : highlights)
    if (range.file == caret.file && glyph.offset >= range.begin &&
        glyph.offset < range.end)
      return '~';
  if (glyph.offset > caret.begin && glyph.offset < caret.end)
    return '~';
  return ' ';
}

static void renderSnippet(SourceRange caret,
                          llvm::ArrayRef<SourceRange> highlights,
                          const SourceManager &sources, bool color,
                          raw_ostream &os) {
  unsigned line = sources.lineColumn(caret.file, caret.begin).line;
  StringRef whole = sources.line(caret.file, line);
  uint32_t start = sources.lineStart(caret.file, line);
  StringRef text = whole.ltrim(" \t").rtrim();
  // A caret in the indentation (at the end of an empty line) keeps it.
  if (caret.begin < start + (whole.size() - whole.ltrim(" \t").size()))
    text = whole.rtrim();
  start += text.empty() ? 0 : text.data() - whole.data();
  // Cut by bytes first: a line of 64 MiB must not cost more than a short one.
  uint32_t before = caret.begin > start ? caret.begin - start : 0;
  bool cutFront = before > maxShownColumns / 2 && text.size() > maxShownColumns;
  if (cutFront) {
    uint32_t drop = before - maxShownColumns / 2;
    while (drop < text.size() && (uint8_t(text[drop]) & 0xc0) == 0x80)
      ++drop;
    text = text.drop_front(drop);
    start += drop;
  }
  bool cutBack = text.size() > maxShownColumns;
  if (cutBack) {
    size_t keep = maxShownColumns;
    while (keep > 0 && (uint8_t(text[keep]) & 0xc0) == 0x80)
      --keep;
    text = text.take_front(keep);
  }

  std::string shown = cutFront ? "  ..." : "  ";
  std::string marks(shown.size(), ' ');
  for (const Glyph &glyph : glyphsOf(text, start)) {
    shown += glyph.bytes;
    char mark = markOf(glyph, caret, highlights);
    marks += mark;
    marks.append(glyph.width - 1, mark == '^' ? '~' : mark);
  }
  if (caret.begin >= start + text.size())
    marks += '^';
  if (cutBack)
    shown += "...";
  os << shown << '\n';
  if (color)
    os.changeColor(raw_ostream::GREEN, /*Bold=*/true);
  os << StringRef(marks).rtrim(' ');
  if (color)
    os.resetColor();
  os << '\n';
}

static void renderPlace(SourceRange range, const SourceManager &sources,
                        raw_ostream &os) {
  if (!range.isValid())
    return;
  LineColumn place = sources.lineColumn(range.file, range.begin);
  os << sources.name(range.file) << ':' << place.line << ':' << place.column
     << ": ";
}

void keops::renderText(const Diagnostic &diagnostic,
                       const SourceManager &sources, bool color,
                       raw_ostream &os) {
  bool isError = diagnostic.severity == Severity::Error;
  if (color)
    os.enable_colors(true);
  auto colored = [&](raw_ostream::Colors which, StringRef text) {
    if (color)
      os.changeColor(which, /*Bold=*/true);
    os << text;
    if (color)
      os.resetColor();
  };
  renderPlace(diagnostic.range, sources, os);
  colored(isError ? raw_ostream::RED : raw_ostream::MAGENTA,
          isError ? "error: " : "warning: ");
  os << diagnostic.message;
  if (!diagnostic.group.empty())
    os << (isError ? " [-Werror=" : " [-W") << diagnostic.group << ']';
  os << '\n';
  if (diagnostic.range.isValid())
    renderSnippet(diagnostic.range, diagnostic.highlights, sources, color, os);
  for (const Note &note : diagnostic.notes) {
    os << "  ";
    renderPlace(note.range, sources, os);
    colored(raw_ostream::CYAN, "note: ");
    os << note.message << '\n';
  }
  for (const Repair &repair : diagnostic.repairs) {
    os << "  ";
    colored(raw_ostream::GREEN, "repair: ");
    os << repair.message << '\n';
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static void addPlace(llvm::json::Object &object, SourceRange range,
                     const SourceManager &sources) {
  if (!range.isValid())
    return;
  LineColumn begin = sources.lineColumn(range.file, range.begin);
  LineColumn end = sources.lineColumn(range.file, range.end);
  object["file"] = llvm::json::fixUTF8(sources.name(range.file));
  object["line"] = begin.line;
  object["column"] = begin.column;
  object["endLine"] = end.line;
  object["endColumn"] = end.column;
}

void keops::renderJson(const Diagnostic &diagnostic,
                       const SourceManager &sources, raw_ostream &os) {
  llvm::json::Object object;
  bool isError = diagnostic.severity == Severity::Error;
  object["severity"] = isError ? "error" : "warning";
  object["message"] = llvm::json::fixUTF8(diagnostic.message);
  if (!diagnostic.group.empty())
    object["group"] = diagnostic.group;
  addPlace(object, diagnostic.range, sources);
  llvm::json::Array highlights;
  for (SourceRange range : diagnostic.highlights) {
    llvm::json::Object place;
    addPlace(place, range, sources);
    highlights.push_back(std::move(place));
  }
  object["highlights"] = std::move(highlights);
  llvm::json::Array notes;
  for (const Note &note : diagnostic.notes) {
    llvm::json::Object entry{{"message", llvm::json::fixUTF8(note.message)}};
    addPlace(entry, note.range, sources);
    notes.push_back(std::move(entry));
  }
  object["notes"] = std::move(notes);
  llvm::json::Array repairs;
  for (const Repair &repair : diagnostic.repairs) {
    llvm::json::Object entry{{"message", llvm::json::fixUTF8(repair.message)}};
    if (repair.range.isValid())
      entry["replacement"] = llvm::json::fixUTF8(repair.replacement);
    addPlace(entry, repair.range, sources);
    repairs.push_back(std::move(entry));
  }
  object["repairs"] = std::move(repairs);
  os << llvm::json::Value(std::move(object)) << '\n';
}
