// The order of the fields of a program and its privileges on the wire.

extension ProcessLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&arguments)
    try wire.pass(&environment)
    try wire.pass(&workingDirectory)
    try wire.pass(&createsWorkingDirectory)
    try wire.pass(&user)
    try wire.pass(&groups)
    try wire.pass(&terminal)
    try wire.pass(&rows)
    try wire.pass(&columns)
    try wire.pass(&umask)
  }
}

extension SecurityLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&capabilities)
    try wire.pass(&noNewPrivileges)
    try wire.pass(&seccomp)
    try wire.pass(&seccompFlags)
    try wire.pass(&appArmorProfile)
    try wire.pass(&selinuxLabel)
    try wire.pass(&rlimits)
    try wire.pass(&oomScoreAdjustment)
  }
}

extension ResourceLimit: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&resource)
    try wire.pass(&soft)
    try wire.pass(&hard)
  }
}

extension ExecLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&pid)
    try wire.pass(&startTime)
    try wire.pass(&namespaces)
    try wire.pass(&process)
    try wire.pass(&security)
    try wire.pass(&cgroup)
    try wire.pass(&forgoneFeatures)
  }
}

extension ExecMessage: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&exec)
    try wire.pass(&detached)
  }
}
