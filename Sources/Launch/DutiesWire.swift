// The order of the fields of the shim's duties on the wire.

extension StreamsLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&stdinOpen)
    try wire.pass(&stdinOnce)
    try wire.pass(&firstClient)
  }
}

extension LogLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&driver)
    try wire.pass(&path)
    try wire.pass(&maximumSize)
    try wire.pass(&maximumFiles)
    try wire.pass(&attributes)
    try wire.pass(&forward)
  }
}

extension LogLaunch.Driver: WireEnumeration {
  init() { self = .none }
}

extension StopLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&signal)
    try wire.pass(&timeout)
  }
}

extension RestartLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&condition)
    try wire.pass(&maximumRetries)
    try wire.pass(&delay)
    try wire.pass(&window)
  }
}

extension RestartLaunch.Condition: WireEnumeration {
  init() { self = .no }
}

extension HealthLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&arguments)
    try wire.pass(&interval)
    try wire.pass(&timeout)
    try wire.pass(&startPeriod)
    try wire.pass(&startInterval)
    try wire.pass(&retries)
  }
}

extension DNSLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&port)
    try wire.pass(&namesDirectories)
    try wire.pass(&upstreams)
    try wire.pass(&insideUpstreams)
    try wire.pass(&search)
  }
}

extension PortLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&descriptor)
    try wire.pass(&transport)
    try wire.pass(&address)
    try wire.pass(&port)
    try wire.pass(&isHeld)
  }
}

extension PortLaunch.Transport: WireEnumeration {
  init() { self = .tcp }
}
