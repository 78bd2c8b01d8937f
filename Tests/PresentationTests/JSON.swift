import Testing

@testable import Presentation

@Suite("JSON") struct JSON {
  private let value: JSONValue = .object([
    "b": .integer(-1), "a": .array([.null, true, .number(0.5)]), "text": "a\"b\\\n\u{1}->é", "empty": .object([:]),
    "none": [],
  ])

  @Test("members keep their order, and text is escaped as Go escapes it") func compact() {
    #expect(
      value.compact
        == #"{"b":-1,"a":[null,true,0.5],"text":"a\"b\\\n\u0001-\u003eé","empty":{},"none":[]}"#)
  }

  @Test("indented text is laid out as docker inspect lays it out") func indented() {
    #expect(
      JSONValue.array([.object(["Id": "x", "List": ["a", "b"], "None": [], "Map": .object([:])])]).indented()
        == """
        [
            {
                "Id": "x",
                "List": [
                    "a",
                    "b"
                ],
                "None": [],
                "Map": {}
            }
        ]
        """)
  }
}

@Suite("JSON values") struct JSONValues {
  private struct Part: Encodable {
    var name = "x"
    var list: [Int]? = [1, 2]
    var absent: String?
    var map = ["k": 1.5]
    var nested = [["a"], []]
    var flag = true
  }

  @Test("encodable values become JSON with their fields in declared order") func encoding() throws {
    #expect(
      try JSONValue(encoding: [Part()]).compact
        == #"[{"name":"x","list":[1,2],"map":{"k":1.5},"nested":[["a"],[]],"flag":true}]"#)
  }

  @Test("what was written is read back") func parsing() throws {
    let text = #"{"b":-1,"a":[null,true,0.5,1e3],"text":"a\"\\\n\u0001\u00e9\ud83d\ude80","o":{},"l":[]}"#
    let value = try JSONValue(parsing: text)
    #expect(value["b"] == -1 && value["a"] == [.null, true, .number(0.5), .number(1000)])
    #expect(value["text"] == "a\"\\\n\u{1}é🚀")
    #expect(try JSONValue(parsing: value.compact) == JSONValue(parsing: value.indented()))
  }

  @Test(
    "malformed text is refused",
    arguments: ["", "{", "[1,]", "{\"a\"}", "tru", "1 2", "\"x", "{\"a\":1,}", "\"\\u12\""])
  func malformed(_ text: String) { #expect(throws: (any Error).self) { try JSONValue(parsing: text) } }
}
