import Diagnostics
import Linux

extension Engine {
  /// What died with its maker or its user.
  /// - Parameter repair: finish or undo it.
  /// - Returns: what was found, each with whether it is repaired now.
  public func doctor(repair: Bool = false) throws -> [Leftover] {
    try host.requirePrivileges()
    // From what others stand on to what stands on others, so that one run repairs all.
    let examinations: [() throws -> [Finding]] = [
      damagedRecords, unfinishedFolders, deadRuns, danglingNames, staleLeases, staleNameFiles, emptyCgroups,
      unusedMounts, temporaryFiles, strayBridges, strayPublications, lostFirewall, lostPorts,
    ]
    var leftovers: [Leftover] = []
    for examine in examinations {
      for finding in try examine() {
        var leftover = finding.leftover
        if repair {
          do {
            try finding.repair()
            leftover.repaired = true
          } catch { leftover.reason += "; repairing it failed: \(Failure(error).description)" }
        }
        leftovers.append(leftover)
      }
    }
    return leftovers
  }

  /// Finishes what somebody else's death left half done among containers and volumes, and gives networks in use back the
  /// firewall that somebody flushed; cheap where there is nothing. Done once by each process that changes something.
  func finishUnfinished() {
    guard sweep.begin() else { return }
    for finding in (try? unfinishedFolders()) ?? [] { try? finding.repair() }
    for finding in (try? lostFirewall()) ?? [] { try? finding.repair() }
  }
}

/// Something that is left over, and how it is put right.
struct Finding {
  var leftover: Leftover
  var repair: () throws -> Void

  init(_ kind: Leftover.Kind, _ subject: String, reason: String, repair: @escaping () throws -> Void) {
    leftover = Leftover(kind, subject, reason: reason)
    self.repair = repair
  }
}
