@testable import Compose

func digestOf(_ text: String) -> String { SHA256.hex(of: Array(text.utf8)) }
