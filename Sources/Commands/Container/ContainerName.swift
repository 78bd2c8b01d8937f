/// Names for containers that got none.
enum ContainerName {
  static func random() -> String {
    var source = SystemRandomNumberGenerator()
    return "\(qualities.randomElement(using: &source)!)_\(boats.randomElement(using: &source)!)"
      + "_\(Int.random(in: 100...999, using: &source))"
  }

  private static let qualities = [
    "able", "ample", "brave", "breezy", "bright", "brisk", "calm", "candid", "cosy", "daring", "eager", "early",
    "even", "fair", "fleet", "fond", "frank", "free", "gentle", "glad", "hardy", "hearty", "jolly", "keen", "kind",
    "lively", "loyal", "lucky", "mellow", "merry", "neat", "nimble", "noble", "patient", "plain", "proud", "quick",
    "quiet", "ready", "robust", "serene", "sharp", "silent", "sleek", "solid", "spry", "steady", "sturdy", "sunny",
    "swift", "tidy", "trim", "trusty", "upbeat", "vivid", "warm", "wary", "wise", "witty", "zesty",
  ]
  private static let boats = [
    "barge", "bark", "brig", "canoe", "caravel", "carrack", "catboat", "clipper", "cog", "coracle", "corvette",
    "cutter", "dhow", "dinghy", "dory", "drifter", "felucca", "ferry", "frigate", "galleon", "galley", "gig",
    "hooker", "hoy", "hulk", "jolle", "junk", "kayak", "ketch", "knarr", "launch", "lighter", "lugger", "moth",
    "packet", "pinnace", "pirogue", "pram", "punt", "raft", "sampan", "schooner", "scow", "shallop", "skiff",
    "sloop", "smack", "snow", "tartane", "tender", "trawler", "trow", "tug", "wherry", "whaler", "xebec", "yacht",
    "yawl",
  ]
}
