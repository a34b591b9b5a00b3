//===- Assembly.cpp - assembly of several modules as one file -------------===//

#include "Assembly.h"

#include "keops/Support/Failure.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCAsmBackend.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCObjectFileInfo.h"
#include "llvm/MC/MCObjectWriter.h"
#include "llvm/MC/MCParser/MCAsmParser.h"
#include "llvm/MC/MCParser/MCTargetAsmParser.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCStreamer.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace keops;

//===----------------------------------------------------------------------===//
// Joining
//===----------------------------------------------------------------------===//

static bool isSymbol(char c) {
  return isAlnum(c) || c == '_' || c == '.' || c == '$' || c == '@';
}

namespace {
/// The text of one module, with labels that no other has.
class Relabelled {
public:
  Relabelled(std::string &out, unsigned module, unsigned firstFunction)
      : out(out), module(module), firstFunction(firstFunction) {}

  void line(StringRef text) {
    bool quoted = false;
    while (!text.empty()) {
      if (!quoted && text.starts_with(".L") &&
          (out.empty() || !isSymbol(out.back()))) {
        StringRef label = text.take_while(isSymbol);
        rename(label.drop_front(2));
        text = text.drop_front(label.size());
        continue;
      }
      if (text.front() == '\\') {
        out += text.take_front(2);
        text = text.drop_front(std::min<size_t>(2, text.size()));
        continue;
      }
      quoted ^= text.front() == '"';
      out += text.front();
      text = text.drop_front();
    }
    out += '\n';
  }

  /// One more than the number of the last function of all modules so far.
  unsigned functions() const { return last; }

private:
  /// The labels of functions have numbers, the others names.
  void rename(StringRef label) {
    out += ".L";
    for (StringRef kind : {"BB", "CPI", "JTI", "func_begin", "func_end"}) {
      StringRef rest = label;
      unsigned function;
      if (!rest.consume_front(kind) || rest.consumeInteger(10, function))
        continue;
      last = std::max(last, firstFunction + function + 1);
      out += (kind + Twine(firstFunction + function) + rest).str();
      return;
    }
    if (module > 0)
      out += ("m" + Twine(module) + ".").str();
    out += label;
  }

  std::string &out;
  unsigned module, firstFunction;
  unsigned last = firstFunction;
};
} // namespace

std::string keops::joinAssembly(ArrayRef<std::string> texts) {
  std::string all;
  unsigned functions = 0;
  for (auto [module, text] : enumerate(texts)) {
    Relabelled to(all, module, functions);
    for (StringRef line : split(text, '\n'))
      if (module == 0 || !line.starts_with("\t.file\t"))
        to.line(line);
    functions = to.functions();
  }
  return all;
}

//===----------------------------------------------------------------------===//
// Assembling
//===----------------------------------------------------------------------===//

Error keops::assemble(StringRef text, const Triple &triple,
                      raw_pwrite_stream &out) {
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return fail(ExitStatus::Bug, "no assembler for " + triple.str());
  SourceMgr source;
  std::string problem;
  source.setDiagHandler(
      [](const SMDiagnostic &diagnostic, void *to) {
        *static_cast<std::string *>(to) =
            (diagnostic.getMessage() + ": " + diagnostic.getLineContents())
                .str();
      },
      &problem);
  source.AddNewSourceBuffer(MemoryBuffer::getMemBuffer(text), SMLoc());
  MCTargetOptions options;
  std::unique_ptr<MCRegisterInfo> registers(target->createMCRegInfo(triple));
  std::unique_ptr<MCAsmInfo> syntax(
      target->createMCAsmInfo(*registers, triple, options));
  std::unique_ptr<MCInstrInfo> instructions(target->createMCInstrInfo());
  std::unique_ptr<MCSubtargetInfo> processor(
      target->createMCSubtargetInfo(triple, "", ""));
  MCContext context(triple, syntax.get(), registers.get(), processor.get(),
                    &source);
  std::unique_ptr<MCObjectFileInfo> sections(
      target->createMCObjectFileInfo(context, /*PIC=*/true));
  context.setObjectFileInfo(sections.get());
  std::unique_ptr<MCAsmBackend> backend(
      target->createMCAsmBackend(*processor, *registers, options));
  std::unique_ptr<MCObjectWriter> writer = backend->createObjectWriter(out);
  std::unique_ptr<MCStreamer> streamer(target->createMCObjectStreamer(
      triple, context, std::move(backend), std::move(writer),
      std::unique_ptr<MCCodeEmitter>(
          target->createMCCodeEmitter(*instructions, context)),
      *processor));
  std::unique_ptr<MCAsmParser> parser(
      createMCAsmParser(source, context, *streamer, *syntax));
  std::unique_ptr<MCTargetAsmParser> reader(
      target->createMCAsmParser(*processor, *parser, *instructions, options));
  parser->setTargetParser(*reader);
  if (parser->Run(/*NoInitialTextSection=*/false) || !problem.empty())
    return fail(ExitStatus::Bug, "assembling failed: " + problem);
  return Error::success();
}
