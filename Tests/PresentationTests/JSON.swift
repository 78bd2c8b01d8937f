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
