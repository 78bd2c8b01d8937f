import CYAML

/// What libyaml reports, in the form that the tree is built from. Lines and columns count from 1.
struct Event {
  enum Kind {
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    case scalar(String, isPlain: Bool)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  /// A literal or folded block scalar.
  var isBlock = false
  var line: UInt32
  var column: UInt32
}

/// The events of a stream, one at a time. Owns the libyaml parser; the bytes must outlive it.
struct EventStream: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// - Parameter bytes: borrowed for as long as the stream lives.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_ANY_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event, or nil where the text is not YAML: `problem` says why.
  mutating func next() -> Event? {
    var raw = yaml_event_t()
    guard yaml_parser_parse(parser, &raw) == 1 else { return nil }
    defer { yaml_event_delete(&raw) }
    var event = Event(
      kind: .streamEnd, line: UInt32(truncatingIfNeeded: raw.start_mark.line + 1),
      column: UInt32(truncatingIfNeeded: raw.start_mark.column + 1))
    switch raw.type {
    case YAML_STREAM_START_EVENT: return next()
    case YAML_DOCUMENT_START_EVENT: event.kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: event.kind = .documentEnd
    case YAML_ALIAS_EVENT: event.kind = .alias(Self.string(raw.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = raw.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      event.kind = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      event.isBlock = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE
      event.anchor = Self.string(scalar.anchor)
      event.tag = Self.string(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      event.kind = .sequenceStart(isFlow: raw.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
      event.anchor = Self.string(raw.data.sequence_start.anchor)
      event.tag = Self.string(raw.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: event.kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      event.kind = .mappingStart(isFlow: raw.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
      event.anchor = Self.string(raw.data.mapping_start.anchor)
      event.tag = Self.string(raw.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: event.kind = .mappingEnd
    default: event.kind = .streamEnd
    }
    return event
  }

  /// Why the last `next()` was nil: libyaml's words, and where.
  var problem: (text: String, line: UInt32, column: UInt32, byteOffset: Int?) {
    let text = parser.pointee.problem.map { String(cString: $0) } ?? "this is not YAML"
    if parser.pointee.error == YAML_READER_ERROR {
      // The reader works on bytes before lines are counted.
      return (text, 1, 1, Int(parser.pointee.problem_offset))
    }
    let mark = parser.pointee.problem_mark
    return (text, UInt32(truncatingIfNeeded: mark.line + 1), UInt32(truncatingIfNeeded: mark.column + 1), nil)
  }

  private static func string(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
    bytes.map { String(cString: $0) }
  }
}
