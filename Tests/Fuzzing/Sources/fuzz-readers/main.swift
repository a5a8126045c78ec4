import CFuzzer
import Foundation

// Runs libFuzzer on the reader that the environment variable FUZZ_READER names. Options and corpora are libFuzzer's,
// which starts the program again for some of them: the reader cannot be one of its arguments.
guard Reader.chosen != nil else {
  let names = Reader.allCases.map(\.rawValue).joined(separator: ", ")
  FileHandle.standardError.write(Data("fuzz-readers: FUZZ_READER is to be one of \(names)\n".utf8))
  exit(64)
}
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(LLVMFuzzerRunDriver(&count, &arguments) { readInput($0, $1) })
