/// Nanoseconds as Docker's messages have them: `1m30s`, `1.5s`, `250ms`, `0s`.
func durationText(_ nanoseconds: Int64) -> String {
  guard nanoseconds > 0 else { return "0s" }
  if nanoseconds < 1_000 { return "\(nanoseconds)ns" }
  if nanoseconds < 1_000_000 { return decimal(nanoseconds, unit: 1_000) + "µs" }
  if nanoseconds < 1_000_000_000 { return decimal(nanoseconds, unit: 1_000_000) + "ms" }
  let minutes = nanoseconds / 60_000_000_000
  var text = decimal(nanoseconds % 60_000_000_000, unit: 1_000_000_000) + "s"
  if minutes > 0 { text = "\(minutes % 60)m" + text }
  if minutes >= 60 { text = "\(minutes / 60)h" + text }
  return text
}

/// `value / unit` with as many digits of the fraction as it has.
private func decimal(_ value: Int64, unit: Int64) -> String {
  var text = "\(value / unit)"
  var rest = value % unit
  if rest > 0 { text += "." }
  var scale = unit
  while rest > 0 {
    scale /= 10
    text += "\(rest / scale)"
    rest %= scale
  }
  return text
}
