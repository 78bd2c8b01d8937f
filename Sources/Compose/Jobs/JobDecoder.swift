import Diagnostics
import Spec
import YAML

/// Reads one job, and says what is wrong with it where that is written.
struct JobDecoder {
  let report: Report
  let path: NodePath

  private static let own = ["service", "schedule", "timezone", "concurrency", "timeout", "retries"]

  func job(_ entry: Mapping.Entry, services: [String]) -> Job? {
    guard let mapping = entry.value.mapping else {
      report.fail("must be a mapping, not \(entry.value.kindWithArticle)", at: path, entry.value.mark)
      return nil
    }
    guard Shape.Keys.names.fits(entry.key) else {
      report.fail(
        "`\(entry.key)` cannot be the name of a job", at: path, entry.mark, hint: "use letters, digits, . _ -")
      return nil
    }
    var definition = mapping
    definition.filter { !Self.own.contains($0.key) }
    check(definition, entry)
    var job = Job(name: entry.key, definition: definition, mark: entry.value.mark)
    if let service = mapping["service"] {
      job.service = service.string
      if let name = service.string, !services.contains(name) {
        report.fail(
          "there is no service `\(name)`", at: path.appending("service"), service.mark,
          hint: closest(to: name, among: services).map { "did you mean `\($0)`?" })
      }
    } else if services.contains(entry.key) {
      report.fail(
        "there is a service of this name already", at: path, entry.mark,
        hint: "write `service: \(entry.key)` to take its definition, or choose another name")
    }
    readRules(mapping, into: &job)
    return job
  }

  /// What is not the job's own is a service's.
  private func check(_ definition: Mapping, _ entry: Mapping.Entry) {
    var service = definition
    for key in definition.keys where key == "profiles" || key == "develop" {
      report.fail("a job has no `\(key)`", at: path.appending(key), definition.entry(key)?.mark)
      service.remove(key)
    }
    SchemaCheck(report: report).check(
      Node(.mapping(Mapping([.init("services", Node(.mapping(Mapping([.init(entry.key, Node(.mapping(service)))]))))])))
    )
  }

  private func readRules(_ mapping: Mapping, into job: inout Job) {
    func text(_ key: String) -> (text: String, mark: Mark)? {
      guard let node = mapping[key] else { return nil }
      if let text = node.text { return (text, node.mark) }
      report.fail("must be a string, not \(node.kindWithArticle)", at: path.appending(key), node.mark)
      return nil
    }
    if let (text, mark) = text("schedule") {
      do throws(Failure) { job.schedule = try Schedule(text) } catch {
        report.fail(error.message, at: path.appending("schedule"), mark, hint: error.hint)
      }
    }
    job.timeZone = text("timezone")?.text
    if let (text, mark) = text("concurrency") {
      if let value = Job.Concurrency(rawValue: text) {
        job.concurrency = value
      } else {
        report.fail(
          "`\(text)` is no rule for runs that meet", at: path.appending("concurrency"), mark,
          hint: "write \(Job.Concurrency.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }
    if let (text, mark) = text("timeout") {
      job.timeout = Quantity.nanoseconds(text)
      if job.timeout == nil {
        report.fail("`\(text)` is no duration", at: path.appending("timeout"), mark, hint: "write it like 10m")
      }
    }
    if let (text, mark) = text("retries") {
      if let retries = Int(text), 0...1000 ~= retries {
        job.retries = retries
      } else {
        report.fail("`\(text)` is no number of retries", at: path.appending("retries"), mark, hint: "0 to 1000")
      }
    }
  }
}
