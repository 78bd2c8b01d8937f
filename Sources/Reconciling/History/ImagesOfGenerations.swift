import Images
import Linux
import Planning

extension Reconciler {
  /// The images that kept generations of all projects stand on: without them nobody can go back.
  public func imagesOfGenerations() throws -> [ImageUse] {
    guard let projects else { return [] }
    return ((try? listDirectory(projects)) ?? []).flatMap { name -> [ImageUse] in
      guard let folder = try? ProjectFolder(projects, name) else { return [] }
      return History(folder).all().flatMap { generation in
        Set(generation.desired.services.flatMap(\.containers).map(\.imageID)).filter { !$0.isEmpty }.map { image in
          ImageUse(
            container: "generation \(generation.number)", containerName: "of project \(name)", imageID: image,
            running: false)
        }
      }
    }
  }
}
