import Compose
import Testing
import YAML

@Suite struct InterpolationTests {
  @Test("Values are interpolated, keys are not")
  func keys() throws {
    let a = try service("labels: {\"$K\": $V}\nenvironment: [\"$K=$V\"]", ["K": "k", "V": "v"])
    #expect(a["labels"] == (try yaml("{\"$K\": v}")))
    #expect(a["environment"] == (try yaml("{k: v}")))
  }

  @Test("A string becomes the type that its attribute wants")
  func casts() throws {
    let a = try service(
      "scale: ${N}\nprivileged: ${B}\ncpus: ${C}\nhealthcheck: {test: [NONE], retries: $N}",
      ["N": "2", "B": "yes", "C": "0.5"])
    #expect(a["scale"]?.int == 2)
    #expect(a["privileged"]?.bool == true)
    #expect(a["cpus"]?.double == 0.5)
    #expect(a["healthcheck"]?["retries"]?.int == 2)
  }

  @Test("A value that cannot be of that type is refused where it stands, with what the variable held")
  func badCasts() throws {
    let folder = try ComposeFolder(["compose.yaml": "services:\n  a:\n    image: i\n    scale: ${N}\n    tty: maybe\n"])
    #expect(
      folder.failures(["N": "two"]) == [
        "compose.yaml:4:12: services.a.scale: must be an integer, but `${N}` is `two`",
        "compose.yaml:5:10: services.a.tty: must be true or false, but it is `maybe`",
      ])
  }

  @Test("Everything that is wrong with the variables of a file is reported at once")
  func errors() throws {
    let folder = try ComposeFolder([
      "compose.yaml": "services:\n  a:\n    image: ${TAG:?which one}\n    hostname: ${\n    user: $$ok\n"
    ])
    #expect(
      folder.failures() == [
        "compose.yaml:3:12: services.a.image: the required variable TAG is missing a value: which one\n"
          + "  hint: set TAG in the environment or in the .env file",
        "compose.yaml:4:15: services.a.hostname: `${` holds a `${` that is no variable reference\n"
          + "  hint: write `$$` for a literal dollar; a reference is `${NAME}`, `${NAME:-default}` or `${NAME:?message}`",
      ])
  }

  @Test("A variable that is not set is warned of once, with its first place")
  func unset() throws {
    let project = try load("services:\n  a:\n    image: i$X\n    user: \"$X\"\n")
    #expect(
      project.warnings.map(\.description) == [
        "compose.yaml:3:12: the variable X is not set; an empty string is used"
      ])
  }

  @Test("Aliases see the same variables")
  func aliases() throws {
    let project = try load("x-i: &i \"im:$T\"\nservices: {a: {image: *i}, b: {image: *i}}", ["T": "1"])
    #expect(project.tree["services"]?["b"]?["image"]?.string == "im:1")
  }
}
