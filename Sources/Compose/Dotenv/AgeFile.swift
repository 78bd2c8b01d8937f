/// Files that are encrypted with age (age-encryption.org/v1), in binary or in armour.
public enum AgeFile {
  public static func begins(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: "age-encryption.org/v1\n".utf8) || bytes.starts(with: "-----BEGIN AGE ENCRYPTED FILE-----".utf8)
  }
}
