import Diagnostics
import Images
import Linux

/// Layers seen as one tree.
enum ImageView {
  /// The layers, topmost first, read-only and mounted nowhere: what was mounted is gone when the descriptor is closed, so
  /// nothing is left of it whatever happens.
  static func open(_ layers: [String]) throws(SystemError) -> Descriptor {
    // overlayfs wants two of them.
    if layers.count == 1 { return try Descriptor.open(layers[0], .anchor) }
    if Kernel.has(.mountAPI), Kernel.has(.overlayAppendLower) {
      do {
        let context = try FileSystemContext("overlay")
        for layer in layers { try context.set("lowerdir+", layer) }
        return try context.mount(.readOnly)
      } catch {
        // EINVAL: a kernel before 6.5 does not know the option.
        if error.name != "EINVAL" { throw error }
        Kernel.forgo(.overlayAppendLower)
      }
    }
    return try openAside(layers)
  }

  /// With mount(2), in a mount namespace of a thread's own, which is gone before this returns. It takes a page of options:
  /// long lists of layers are named by descriptors.
  private static func openAside(_ layers: [String]) throws(SystemError) -> Descriptor {
    let thread = try Thread.spawn { () -> Result<Descriptor, SystemError> in
      do throws(SystemError) {
        var places: [Descriptor] = []
        for layer in layers { places.append(try Descriptor.open(layer, .anchor)) }
        let names = places.map(\.procPath)
        try Namespaces.mount.unshare()
        try mount(on: "/", flags: [.private, .recursive])
        try mount(
          "overlay", on: layers[0], type: "overlay", flags: [.readOnly],
          data: "lowerdir=" + names.joined(separator: ":"))
        return .success(try Descriptor.open(layers[0], .anchor))
      } catch { return .failure(error) }
    }
    do { return try thread.join().get() } catch let error as SystemError { throw error } catch {
      throw SystemError("mounting", "overlay", errno: 5)
    }
  }
}

extension Engine {
  /// The files of an image as a container would see them, read-only; `nil` for one without layers. What it shows stays as
  /// long as the caller holds the store.
  public func tree(of image: Image) throws -> Descriptor? {
    let layers = try images.layers(of: image)
    return layers.isEmpty ? nil : try ImageView.open(layers)
  }
}
