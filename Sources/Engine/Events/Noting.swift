import Launch
import Linux
import Spec

extension Engine {
  var journal: SharedLog { SharedLog(path: host.journal) }

  /// Notes that something happened, for who reads the journal now or later. A journal that cannot be written keeps
  /// nothing from being done.
  public func note(_ event: Event) { try? journal.append(event.line) }

  func note(_ action: String, _ record: ContainerRecord, _ further: [String: String] = [:]) {
    note(
      Event(.container, action, id: record.id, attributes: record.eventAttributes.merging(further) { $1 }))
  }

  func note(_ action: String, _ network: Network, container: String? = nil) {
    note(Event(.network, action, id: network.id, attributes: network.eventAttributes(container: container)))
  }

  func noteVolume(_ action: String, _ name: String, _ further: [String: String] = [:]) {
    note(Event(.volume, action, id: name, attributes: ["driver": "local"].merging(further) { $1 }))
  }

  /// What the shim is to note of a container.
  func events(of record: ContainerRecord, _ live: LiveNetwork) -> EventsLaunch {
    var events = EventsLaunch()
    events.journal = host.journal
    events.actor = Event.actor(record.id, record.eventAttributes)
    events.farewell = live.endpoints.map { endpoint in
      EventsLaunch.Entry(
        type: "network", action: "disconnect",
        actor: Event.actor(
          endpoint.networkID, ["container": record.id, "name": endpoint.network, "type": "bridge"]))
    }
    events.farewell += record.volumes.map { use in
      EventsLaunch.Entry(
        type: "volume", action: "unmount", actor: Event.actor(use.name, ["container": record.id, "driver": "local"]))
    }
    return events
  }

  /// What a start connects and mounts.
  func noteConnections(_ record: ContainerRecord, _ live: LiveNetwork) {
    for endpoint in live.endpoints {
      note(
        Event(
          .network, "connect", id: endpoint.networkID,
          attributes: ["container": record.id, "name": endpoint.network, "type": "bridge"]))
    }
    for use in record.volumes {
      noteVolume(
        "mount", use.name,
        [
          "container": record.id, "destination": use.target, "propagation": "",
          "read/write": use.readOnly ? "false" : "true",
        ])
    }
  }
}

extension ContainerRecord {
  /// As Docker has it: the labels, the image and the name.
  var eventAttributes: [String: String] {
    spec.labels.merging(["image": spec.image, "name": name]) { $1 }
  }
}

extension Network {
  func eventAttributes(container: String?) -> [String: String] {
    var attributes = ["name": name, "type": spec.driver]
    if let container { attributes["container"] = container }
    return attributes
  }
}
