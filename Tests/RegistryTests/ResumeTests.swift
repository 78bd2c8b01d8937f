import Glibc
import Images
import Linux
import OCI
import Synchronization
import Testing

@testable import Registry

@Suite("Cuts and pauses", .enabled(if: geteuid() == 0, "unpacking sets owners, which needs root"))
struct ResumeTests {
  private let scratch: Scratch
  private let image = OneLayerImage(layerSize: 3 << 20)

  init() throws { scratch = try Scratch() }

  @Test("a layer goes on from the byte where the connection broke", arguments: [true, false])
  func cut(knowsRanges: Bool) throws {
    let image = image
    let server = try RecordingServer { request in
      guard request.path == image.layerPath else { return image.answer(request) }
      guard let range = request.headers["range"] else { return .init(body: image.layer, cutAfter: 1 << 20) }
      guard knowsRanges, let start = Int(range.dropFirst("bytes=".count).dropLast()) else {
        return .init(body: image.layer)
      }
      return .init(
        status: 206, headers: [("Content-Range", "bytes \(start)-\(image.layer.count - 1)/\(image.layer.count)")],
        body: Array(image.layer[start...]))
    }
    #expect(try pull(server, scratch).id == Digest.sha256(of: image.config))
    #expect(server.requests(to: image.layerPath).map { $0.headers["range"] } == [nil, "bytes=1048576-"])
  }

  @Test("a server that is busy is asked again when it says", arguments: [429, 503])
  func busy(status: Int) throws {
    let (image, count) = (image, Shared(0))
    let server = try RecordingServer { request in
      let isFirst =
        request.path.contains("/manifests/")
        && count.value.withLock {
          $0 += 1; return $0 == 1
        }
      return isFirst ? .init(status: status, headers: [("Retry-After", "0")]) : image.answer(request)
    }
    try pull(server, scratch)
    #expect(server.requests(to: "/v2/app/manifests/1").count == 2)
  }

  @Test("a layer with other content than promised leaves nothing behind")
  func garbled() throws {
    let image = image
    let server = try RecordingServer { request in
      var answer = image.answer(request)
      if request.path == image.layerPath { answer.body[1 << 20] = 1 }
      return answer
    }
    #expect(throws: (any Error).self) { try pull(server, scratch) }
    #expect(try ImageStore(root: "\(scratch.path)/root").list().isEmpty)
    for folder in ["content/blobs/sha256", "layers", "staging", "downloads"] {
      let left = try Descriptor.open("\(scratch.path)/root/\(folder)", [.directory]).entries().map(\.name)
      #expect(left.isEmpty, "\(folder): \(left)")
    }
  }

  @Test("what is here is not asked for again, and two pulls at once fetch a layer once")
  func once() throws {
    let (image, scratch) = (image, scratch)
    let server = try RecordingServer { image.answer($0) }
    let path = scratch.path
    let settings = scratch.settings
    let results = WorkerPool.map([1, 2, 3], limit: 3) { _ in
      let reference = try Reference("\(server.host)/app:1")
      _ = try ImageStore(root: "\(path)/root").pull(
        PullRequest(reference, from: Registries(settings).source(reference)))
    }
    for result in results { try result.get() }
    #expect(server.requests(to: image.layerPath).count == 1)
    #expect(try pull(server, scratch).wasUpToDate)
    #expect(server.requests(to: image.layerPath).count == 1)
  }
}

private final class Shared<Value: Sendable>: Sendable {
  let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
}
