import Foundation

/// The reason for the failure of a system call, in words.
package enum SystemReason {
  /// The reason behind `errno`.
  package static func text(_ code: Int32 = errno) -> String {
    switch code {
    case EACCES, EPERM: "no permission"
    case EDQUOT: "the disk quota is used up"
    case EEXIST: "a file of that name is in the way"
    case ENOTDIR: "a file is in the way of a directory"
    case EFBIG: "the file is larger than the system allows"
    case EISDIR: "a directory of that name is in the way"
    case ELOOP: "its symbolic links form a loop"
    case EMFILE, ENFILE: "too many files are open"
    case ENAMETOOLONG: "the name is too long"
    case ENOENT: "no such file or directory"
    case ENOSPC: "no space is left on the disk"
    case EROFS: "the file system is read-only"
    default: String(cString: strerror(code))
    }
  }
}
