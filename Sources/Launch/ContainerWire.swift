// The order of the fields of a container's isolation on the wire.

extension ContainerLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&id)
    try wire.pass(&hostname)
    try wire.pass(&domainname)
    try wire.pass(&root)
    try wire.pass(&mounts)
    try wire.pass(&namespaces)
    try wire.pass(&rootUser)
    try wire.pass(&rootGroup)
    try wire.pass(&process)
    try wire.pass(&security)
    try wire.pass(&devices)
    try wire.pass(&sysctls)
    try wire.pass(&maskedPaths)
    try wire.pass(&readOnlyPaths)
    try wire.pass(&cgroup)
    try wire.pass(&hooks)
    try wire.pass(&initProcess)
    try wire.pass(&forgoneFeatures)
  }
}

extension NamedValue: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&name)
    try wire.pass(&value)
  }
}

extension RootLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&kind)
    try wire.pass(&lower)
    try wire.pass(&upper)
    try wire.pass(&work)
    try wire.pass(&mountPoint)
    try wire.pass(&options)
    try wire.pass(&readOnly)
    try wire.pass(&propagation)
  }
}

extension RootLaunch.Kind: WireEnumeration {
  init() { self = .overlay }
}

extension MountLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&kind)
    try wire.pass(&subject)
    try wire.pass(&source)
    try wire.pass(&sourceDescriptor)
    try wire.pass(&sourceNamespace)
    try wire.pass(&target)
    try wire.pass(&fileSystem)
    try wire.pass(&flags)
    try wire.pass(&propagation)
    try wire.pass(&data)
    try wire.pass(&recursiveReadOnly)
    try wire.pass(&requiresRecursiveReadOnly)
    try wire.pass(&identityMapped)
    try wire.pass(&creation)
  }
}

extension MountLaunch.Kind: WireEnumeration {
  init() { self = .bind }
}

extension MountLaunch.Creation: WireEnumeration {
  init() { self = .nothing }
}

extension NamespaceLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&kind)
    try wire.pass(&join)
  }
}

extension NamespaceLaunch.Kind: WireEnumeration {
  init() { self = .mount }
}

extension DeviceLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&path)
    try wire.pass(&hostPath)
    try wire.pass(&mode)
    try wire.pass(&major)
    try wire.pass(&minor)
    try wire.pass(&uid)
    try wire.pass(&gid)
  }
}

extension CgroupLaunch: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&version)
    try wire.pass(&directories)
    try wire.pass(&writes)
    try wire.pass(&deviceProgram)
  }
}

extension CgroupLaunch.Version: WireEnumeration {
  init() { self = .none }
}

extension CgroupLaunch.Directory: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&controllers)
    try wire.pass(&path)
  }
}

extension CgroupLaunch.Write: WireValue {
  mutating func pass(_ wire: inout Wire) throws(WireError) {
    try wire.pass(&path)
    try wire.pass(&value)
    try wire.pass(&optional)
  }
}
