import OCI

/// What software an image holds, as SPDX 2.3 says it (https://spdx.github.io/spdx-spec/v2.3/): the packages of its
/// distribution.
struct SoftwareList: Encodable {
  struct Creation: Encodable {
    var created: String
    var creators = ["Organization: Davit", "Tool: davit"]
  }
  struct Reference: Encodable {
    var referenceCategory = "PACKAGE-MANAGER"
    var referenceType = "purl"
    var referenceLocator: String
  }
  struct Package: Encodable {
    var name: String
    var id: String
    var versionInfo: String?
    var supplier: String?
    var homepage: String?
    var downloadLocation = "NOASSERTION"
    var filesAnalyzed = false
    var licenseConcluded = "NOASSERTION"
    var licenseDeclared = "NOASSERTION"
    var licenseComments: String?
    var copyrightText = "NOASSERTION"
    var externalRefs: [Reference]?
    var primaryPackagePurpose: String?

    enum CodingKeys: String, CodingKey {
      case name, versionInfo, supplier, homepage, downloadLocation, filesAnalyzed, licenseConcluded, licenseDeclared
      case licenseComments, copyrightText, externalRefs, primaryPackagePurpose
      case id = "SPDXID"
    }
  }
  struct Relationship: Encodable {
    var spdxElementId: String
    var relationshipType: String
    var relatedSpdxElement: String
  }

  static let type = "https://spdx.dev/Document"
  private static let document = "SPDXRef-DOCUMENT"
  private static let image = "SPDXRef-DocumentRoot-Image"

  var spdxVersion = "SPDX-2.3"
  var dataLicense = "CC0-1.0"
  var id = Self.document
  var name: String
  var documentNamespace: String
  var creationInfo: Creation
  var packages: [Package]
  var relationships: [Relationship]

  enum CodingKeys: String, CodingKey {
    case spdxVersion, dataLicense, name, documentNamespace, creationInfo, packages, relationships
    case id = "SPDXID"
  }

  /// - Parameters:
  ///   - name: of the image.
  ///   - created: of the image: the list of the same image is the same.
  init(name: String, image digest: Digest, created: String, _ installed: InstalledPackages) throws {
    self.name = name
    documentNamespace = "https://spdx.org/spdxdocs/davit-\(digest.hex)"
    creationInfo = Creation(created: created)
    let distribution = installed.distribution()
    let listed = try installed.all().map { Package($0, distribution) }
    packages =
      [Package(name: name, id: Self.image, versionInfo: digest.description, primaryPackagePurpose: "CONTAINER")]
      + listed
    relationships =
      [Relationship(spdxElementId: Self.document, relationshipType: "DESCRIBES", relatedSpdxElement: Self.image)]
      + listed.map {
        Relationship(spdxElementId: Self.image, relationshipType: "CONTAINS", relatedSpdxElement: $0.id)
      }
  }
}

extension SoftwareList.Package {
  fileprivate init(_ package: InstalledPackage, _ distribution: (name: String, version: String)?) {
    let system = distribution.map { $0.version.isEmpty ? $0.name : "\($0.name)-\($0.version)" } ?? ""
    let place = distribution?.name ?? (package.manager == "apk" ? "alpine" : "debian")
    let address = PackageAddress.package(
      package.manager, place, package.name, version: package.version,
      qualifiers: [("arch", package.architecture), ("distro", system)])
    // Letters, digits, dots and dashes only.
    let plain = "\(package.manager)-\(package.name)-\(package.architecture)"
      .map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "-" }
    let suffix = Digest.sha256(of: address.utf8).hex.prefix(16)
    self.init(
      name: package.name, id: "SPDXRef-Package-\(String(plain))-\(suffix)", versionInfo: package.version,
      supplier: package.maintainer.map(Self.supplier), homepage: package.homepage,
      // The distribution's words need not be a valid expression.
      licenseComments: package.license, externalRefs: [.init(referenceLocator: address)])
  }

  /// `Name <mail>` → `Person: Name (mail)`
  private static func supplier(_ maintainer: String) -> String {
    guard let open = maintainer.firstIndex(of: "<"), maintainer.last == ">" else { return "Person: \(maintainer)" }
    let name = maintainer[..<open].reversed().drop { $0 == " " }.reversed()
    return "Person: \(String(name)) (\(maintainer[maintainer.index(after: open)...].dropLast()))"
  }
}
