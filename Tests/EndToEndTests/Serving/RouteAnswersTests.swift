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
      let alone = #"{"Image":"busybox","HostConfig":{"NetworkMode":"none"}}"#
      #expect(try server.request("POST", "/containers/create?name=alone", body: alone).status == "201")
      #expect(try server.request("POST", "/networks/n1/connect", body: #"{"Container":"alone"}"#).status == "400")
      #expect(try server.request("DELETE", "/networks/n1").status == "204")
    }
  }
}
