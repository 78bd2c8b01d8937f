import OCI

@testable import Images

/// Numbers that look random and are the same at every run (splitmix64).
struct Sequence64: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Layers that hold everything that layers hold, put together by chance.
struct GeneratedLayers {
  private var random: Sequence64
  /// What the layers so far have, by path; directories are there before what is in them.
  private var tree: [String: Kind] = [:]

  /// Files with several names. Of one in a lower layer a further name is a further file: overlayfs takes along the one
  /// that is linked to, as it does where Docker and containerd unpack.
  private var linked: Set<String> = []
  private var linkedBelow: Set<String> = []

  private enum Kind { case folder, file, other }

  private init(seed: UInt64) { random = Sequence64(seed) }

  static func layers(seed: UInt64) -> [[UInt8]] {
    var generator = GeneratedLayers(seed: seed)
    return (0..<Int.random(in: 1...4, using: &generator.random)).map { _ in generator.layer() }
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func name() -> String {
    ["a", "b", "c", "data", "ünï", String(repeating: "long", count: 40)].randomElement(using: &random)!
  }

  private mutating func existing(_ kind: Kind) -> String? {
    tree.filter { $0.value == kind }.keys.sorted().randomElement(using: &random)
  }

  private mutating func layer() -> [UInt8] {
    var tar = TestTar()
    /// Paths of this layer: a marker is for what is below.
    var own: Set<String> = []
    linkedBelow = linked
    for _ in 0..<Int.random(in: 3...14, using: &random) {
      let parent = chance(60) ? existing(.folder) : nil
      let path = (parent.map { $0 + "/" } ?? "") + name()
      switch Int.random(in: 0..<100, using: &random) {
      case 0..<15:
        // Only what this layer has not touched.
        guard let gone = tree.keys.sorted().randomElement(using: &random),
          !own.contains(where: { $0.hasPrefix(gone) || gone.hasPrefix($0 + "/") })
        else { continue }
        let parts = gone.split(separator: "/")
        let folder = parts.dropLast().map { $0 + "/" }.joined()
        add(&tar, folder + ".wh." + parts.last!)
        forget(gone)
        own.insert(gone)
      case 15..<22:
        guard let folder = existing(.folder),
          !own.contains(where: { $0.hasPrefix(folder) || folder.hasPrefix($0 + "/") })
        else { continue }
        add(&tar, folder, type: "5", mode: mode())
        add(&tar, folder + "/.wh..wh..opq")
        for path in tree.keys where path.hasPrefix(folder + "/") { tree[path] = nil }
        own.insert(folder)
      case 22..<42:
        if tree[path] != .folder { forget(path) }
        add(&tar, path, type: "5", mode: mode())
        tree[path] = .folder
        own.insert(path)
      case 42..<52:
        forget(path)
        add(
          &tar, path, type: "2", link: ["a", "/etc/passwd", "../../x", "b/c"].randomElement(using: &random)!,
          mode: 0o777)
        tree[path] = .other
        own.insert(path)
      case 52..<62:
        guard let target = existing(.file), target != path, !target.hasPrefix(path + "/"), !linkedBelow.contains(target)
        else { continue }
        forget(path)
        add(&tar, path, type: "1", link: target)
        tree[path] = .file
        own.formUnion([path, target])
        linked.formUnion([path, target])
      case 62..<68:
        forget(path)
        add(&tar, path, type: chance(50) ? "6" : "3", mode: 0o600)
        tree[path] = .other
        own.insert(path)
      default:
        forget(path)
        add(&tar, path, bytes(), mode: mode())
        tree[path] = .file
        own.insert(path)
      }
    }
    return tar.finished
  }

  private mutating func forget(_ path: String) {
    for known in tree.keys where known == path || known.hasPrefix(path + "/") {
      tree[known] = nil
      linked.remove(known)
      linkedBelow.remove(known)
    }
  }

  private mutating func mode() -> UInt32 {
    [0o644, 0o755, 0o700, 0o1777, 0o4755, 0o2755, 0o555, 0o600].randomElement(using: &random)!
  }

  private mutating func bytes() -> [UInt8] {
    [UInt8](
      repeating: UInt8.random(in: 0...255, using: &random),
      count: [0, 1, 511, 512, 513, 70_000].randomElement(using: &random)!)
  }

  private mutating func add(
    _ tar: inout TestTar, _ path: String, _ data: [UInt8] = [], type: Character = "0", link: String = "",
    mode: UInt32 = 0o644
  ) {
    var pax: [(String, [UInt8])] = []
    if path.utf8.count > 100 || path.utf8.contains(where: { $0 > 127 }) { pax.append(("path", Array(path.utf8))) }
    if link.utf8.count > 100 || link.utf8.contains(where: { $0 > 127 }) { pax.append(("linkpath", Array(link.utf8))) }
    if type == "0", chance(20) { pax.append(("SCHILY.xattr.user.note", Array("n\(path.utf8.count)".utf8))) }
    tar.add(
      path.utf8.count > 100 ? "long" : path, data, type: type, link: link.utf8.count > 100 ? "long" : link, mode: mode,
      uid: [0, 0, 7, 1000].randomElement(using: &random)!, gid: [0, 5, 1000].randomElement(using: &random)!,
      seconds: 1_600_000_000 + Int64.random(in: 0...1_000_000, using: &random), pax: pax, major: type == "3" ? 1 : 0,
      minor: type == "3" ? 3 : 0)
  }
}
