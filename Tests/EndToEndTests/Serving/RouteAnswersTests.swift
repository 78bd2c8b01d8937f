import Foundation
import Testing

extension EndToEnd {
  @Test("Answers of the Engine API have Docker's shapes, and what cannot be is refused")
  func routeAnswers() throws {
    try withServer { server in
      // A list that is empty is a list.
      #expect(try server.request("GET", "/v1.47/plugins").body.trimmingCharacters(in: .whitespacesAndNewlines) == "[]")
      let usage = try server.request("GET", "/v1.47/system/df?type=volume").body
      for key in ["Images", "Containers", "BuildCache"] { #expect(usage.contains("\"\(key)\":null"), "\(usage)") }
      #expect(try server.request("GET", "/events?since=100&until=50").status == "400")
      #expect(try server.request("POST", "/build/prune?filters=%7B%22zz%22%3A%5B%221%22%5D%7D").status == "400")

      func create(_ body: String) throws -> String {
        try server.request("POST", "/v1.47/containers/create", body: body).status
      }
      #expect(try create(#"{"Image":"busybox","HostConfig":{"CapAdd":["NOPE"]}}"#) == "400")
      #expect(try create(#"{"Image":"busybox","HostConfig":{"PidMode":"zz"}}"#) == "400")
      #expect(try create(#"{"Image":"busybox","HostConfig":{"Binds":["/tmp:/x","/var:/x"]}}"#) == "400")

      let network = #"{"Name":"n1","IPAM":{"Driver":"zz"}}"#
      #expect(try server.request("POST", "/networks/create", body: network).status == "404")
      #expect(try server.request("POST", "/networks/create", body: #"{"Name":"n1"}"#).status == "201")
      let ofHost = #"{"Image":"busybox","HostConfig":{"NetworkMode":"host"}}"#
      #expect(try server.request("POST", "/containers/create?name=ofhost", body: ofHost).status == "201")
      #expect(try server.request("POST", "/networks/n1/connect", body: #"{"Container":"ofhost"}"#).status == "400")
      // One that was taken off its last network can be put on another.
      let moved = #"{"Image":"busybox","HostConfig":{"NetworkMode":"n1"}}"#
      #expect(try server.request("POST", "/containers/create?name=moved", body: moved).status == "201")
      for verb in ["disconnect", "connect", "disconnect"] {
        #expect(try server.request("POST", "/networks/n1/\(verb)", body: #"{"Container":"moved"}"#).status == "200")
      }
      #expect(try server.request("DELETE", "/networks/n1").status == "204")
    }
  }
}
