import Building
import Diagnostics
import Dockerfile
import Engine
import OCI

/// What the checks of a Dockerfile found, in the words of `docker build --check`.
struct CheckReport {
  private let request: BuildRequest
  private let findings: [CheckFinding]
  private let failsBuild: Bool

  /// - Parameter engine: whose images say what bases bring along; `nil`: nobody knows.
  init(_ request: BuildRequest, _ engine: Engine?) throws {
    self.request = request
    (findings, failsBuild) = try DockerfileCheck(request, images: engine?.images).run()
  }

  /// - Returns: the exit status.
  func print() -> Int32 {
    switch findings.count {
    case 0: Output.standard.print("Check complete, no warnings found.")
    case 1: Output.standard.print("Check complete, 1 warning has been found!")
    default: Output.standard.print("Check complete, \(findings.count) warnings have been found!")
    }
    for finding in findings { Output.standard.write(text(of: finding)) }
    return findings.isEmpty ? ExitStatus.success : ExitStatus.failure
  }

  private func text(of finding: CheckFinding) -> String {
    let line = "--------------------\n"
    let address = finding.rule.address.map { " - \($0)" } ?? ""
    return "\nWARNING: \(finding.rule.rawValue)\(address)\n\(finding.message)\n"
      + "\(request.dockerfile.file):\(finding.lines.lowerBound)\n\(line)"
      + "\(request.dockerfile.excerpt(finding.lines))\n\(line)"
  }

  /// Throws where the Dockerfile says that findings fail the build (`# check=error=true`).
  func findingsAtBuild() throws(Failure) -> [CheckFinding] {
    guard failsBuild, !findings.isEmpty else { return findings }
    for finding in findings { Output.error.write(text(of: finding)) }
    let rules = Set(findings.map(\.rule.rawValue)).sorted().joined(separator: ", ")
    throw Failure(.invalidInput, "lint violation found for rules: \(rules)", subject: request.dockerfile.file)
  }

  /// Behind a build, as docker has it.
  static func summarize(_ findings: [CheckFinding]) {
    guard !findings.isEmpty else { return }
    let count = findings.count == 1 ? "1 warning" : "\(findings.count) warnings"
    Output.error.print("\n \(count) found (use --check to expand):")
    for finding in findings {
      Output.error.print(" - \(finding.rule.rawValue): \(finding.message) (line \(finding.lines.lowerBound))")
    }
  }
}
