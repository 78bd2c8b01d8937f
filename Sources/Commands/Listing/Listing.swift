import Diagnostics

enum Listing {
  /// `a=1,b=2`
  static func labels(_ labels: [String: String]) -> String {
    labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}

/// `--filter name=web --filter label=tier=front`: of one key any may hold, of several keys all must.
struct ListFilters {
  private var wanted: [String: [String]] = [:]

  init(_ filters: [String], known: [String]) throws(Failure) {
    for filter in filters {
      let parts = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, known.contains(parts[0]) else {
        throw Failure(
          .invalidInput, "invalid filter '\(filter)'", subject: "--filter",
          hint: "there are \(known.map { "\($0)=…" }.joined(separator: ", "))")
      }
      wanted[parts[0], default: []].append(parts[1])
    }
  }

  func accept(name: String, labels: [String: String], other: [String: String] = [:]) -> Bool {
    wanted.allSatisfy { key, values in
      switch key {
      case "name": values.contains { name.contains($0) }
      // Every label that is named must be there.
      case "label":
        values.allSatisfy { text in
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          return parts.count > 1 ? labels[parts[0]] == parts[1] : labels[parts[0]] != nil
        }
      default: values.contains(other[key] ?? "")
      }
    }
  }
}
