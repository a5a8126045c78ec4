/// One input. The main program of libFuzzer, which is linked though never started, asks for a function of this name.
@_cdecl("LLVMFuzzerTestOneInput")
func readInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  Reader.chosen?.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
