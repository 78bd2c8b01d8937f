import Diagnostics

/// Why a program did not start, in runc's words: `docker run` and the SDKs look into the text to tell 126 from 127.
enum ProgramError {
  static func text(_ failure: Failure) -> String {
    var failure = failure
    failure.hint = nil
    let reason = failure.exitStatus == 127 ? "executable file not found in $PATH" : "permission denied"
    let text = failure.description
    return text.contains(reason) ? text : "exec: \(text): \(reason)"
  }
}
