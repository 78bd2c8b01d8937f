import YAML

/// The answer to `config --variables`.
enum VariableTable {
  static func text(_ variables: [Variable]) -> String {
    let header = ["NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE"]
    let rows = variables.map { [$0.name, String($0.isRequired), $0.defaultValue, $0.alternateValue] }
    // Docker compose's lists have columns of at least 20.
    let widths = header.indices.map { column in max(20, ([header] + rows).map { $0[column].count + 3 }.max()!) }
    return ([header] + rows).map { row in
      var line = ""
      for (column, cell) in row.enumerated() where column < row.count - 1 || !cell.isEmpty {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count) }
      }
      return line + "\n"
    }.joined()
  }

  /// A mapping by name, with the attribute names that `docker compose` gives in each format.
  static func node(_ variables: [Variable], lowercased: Bool) -> Node {
    func key(_ name: String) -> String { lowercased ? name.lowercased() : name }
    return Node(
      .mapping(
        Mapping(
          variables.map { variable in
            let attributes = Mapping([
              .init(key("Name"), Node(variable.name)), .init(key("DefaultValue"), Node(variable.defaultValue)),
              .init(key("PresenceValue"), Node(variable.alternateValue)),
              .init(key("Required"), Node(.bool(variable.isRequired))),
            ])
            return .init(variable.name, Node(.mapping(attributes)))
          })))
  }
}
