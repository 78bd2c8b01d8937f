import Images
import Linux

extension Engine {
  /// The files of an image as a container would see them, read-only; `nil` for one without layers. What it shows stays as
  /// long as the caller holds the store.
  public func tree(of image: Image) throws -> Descriptor? {
    let layers = try images.layers(of: image)
    return layers.isEmpty ? nil : try ImageView.open(layers)
  }
}

/// Layers seen as one tree.
enum ImageView {
  /// The layers, topmost first, read-only and mounted nowhere: what was mounted is gone when the descriptor is closed, so
  /// nothing is left of it whatever happens.
  static func open(_ layers: [String]) throws -> Descriptor {
    // overlayfs wants two of them.
    if layers.count == 1 { return try Descriptor.open(layers[0], .anchor) }
    return try Descriptor.overlay(layers, changes: nil, place: layers[0])
  }
}
