import Diagnostics
import Spec
import YAML

/// A language model that services use. Davit serves none: who does is named by `x-davit: {endpoint: URL}` of the model,
/// or for all by the variable DAVIT_MODEL_ENDPOINT.
struct LanguageModel {
  /// As the server knows it.
  let model: String
  let endpoint: String?

  init(_ attributes: Attributes, environment: [String: String]) {
    var attributes = attributes
    model = attributes.string("model") ?? ""
    var own: String?
    if var extensions = attributes.object("x-davit") {
      own = extensions.string("endpoint")
      extensions.finish()
    }
    endpoint = own ?? environment["DAVIT_MODEL_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 }
    attributes.skip("name")
    for key in ["context_size", "runtime_flags"] {
      attributes.warn(key, "whoever serves the model has settings of his own, ignored")
    }
    attributes.finish()
  }
}

extension Service {
  /// Gives the service the variables that lead to its models: `LLM_URL` and `LLM_MODEL` for a model `llm`, unless they
  /// are named (compose specification, "Models").
  mutating func readModels(_ attributes: inout Attributes, _ known: [String: LanguageModel]) {
    for (name, entry) in attributes.named("models") {
      var entry = entry
      let prefix = name.uppercased().replacing("-", with: "_")
      let place = entry.string("endpoint_var") ?? "\(prefix)_URL"
      let which = entry.string("model_var") ?? "\(prefix)_MODEL"
      entry.finish()
      // That it is defined was checked before.
      guard let model = known[name] else { continue }
      guard let endpoint = model.endpoint else {
        attributes.unsupported(
          "models", "nobody is known who serves the model `\(name)`: Davit itself serves none",
          hint: "name a server by DAVIT_MODEL_ENDPOINT=URL, or with the model by `x-davit: {endpoint: URL}`")
        continue
      }
      workload.container.environment[place] = endpoint
      workload.container.environment[which] = model.model
    }
  }
}
