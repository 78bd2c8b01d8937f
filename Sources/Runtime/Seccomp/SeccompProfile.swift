import Diagnostics
import Linux

/// A seccomp profile, in the shape of Docker's JSON files: a default, and rules that make exceptions.
struct SeccompProfile: Hashable, Sendable {
  enum Action: Hashable, Sendable {
    case allow, killThread, killProcess, log, trap
    /// The call fails with this errno.
    case fail(UInt32)
    /// A tracer decides.
    case trace(UInt32)
  }

  struct Argument: Hashable, Sendable {
    enum Comparison: String, Hashable, Sendable {
      case notEqual = "SCMP_CMP_NE"
      case less = "SCMP_CMP_LT"
      case lessOrEqual = "SCMP_CMP_LE"
      case equal = "SCMP_CMP_EQ"
      case greaterOrEqual = "SCMP_CMP_GE"
      case greater = "SCMP_CMP_GT"
      /// `(argument & value) == second`
      case maskedEqual = "SCMP_CMP_MASKED_EQ"
    }

    var index: UInt32
    var comparison: Comparison
    var value: UInt64
    var second: UInt64 = 0
  }

  struct Rule: Hashable, Sendable {
    var names: [String]
    var action: Action = .allow
    /// All must hold; several on one argument are alternatives, as Docker has them.
    var arguments: [Argument] = []
    /// Only for containers that have one of these, or all, as `includes` of the files says.
    var requires: CapabilitySet = []
    /// Not for containers that have any of these.
    var unless: CapabilitySet = []
    /// Docker's names (`amd64`, `arm64`); empty: all.
    var architectures: [String] = []
    var exceptArchitectures: [String] = []
    /// `4.8`
    var minimumKernel: [Int] = []
  }

  /// Two profiles of one identity are the same: a name with a version, or the text of the file.
  var identity: String
  var defaultAction: Action
  var rules: [Rule]
  /// libseccomp's names of the architectures that the filter covers; empty: the machine's with its compatible ones.
  var architectures: [String] = []
  /// SECCOMP_FILTER_FLAG_* bits.
  var flags: UInt32 = 0

  /// The rules that hold for a container.
  func rules(for capabilities: CapabilitySet, architecture: String, kernel: [Int]) -> [Rule] {
    rules.filter { rule in
      capabilities.isSuperset(of: rule.requires) && capabilities.isDisjoint(with: rule.unless)
        && (rule.architectures.isEmpty || rule.architectures.contains(architecture))
        && !rule.exceptArchitectures.contains(architecture) && !kernel.lexicographicallyPrecedes(rule.minimumKernel)
    }
  }
}
