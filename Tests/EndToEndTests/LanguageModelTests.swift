import Testing

extension EndToEnd {
  @Test("Services find the models that they use by variables, where somebody is named who serves them")
  func languageModels() throws {
    try inSandbox { sandbox in
      try sandbox.compose(
        """
        services:
          a: {image: busybox, command: ["sh", "-c", "env | grep -E 'LLM|VEC|^[UM]=' | sort"], models: [my-llm]}
          b:
            image: busybox
            command: ["sh", "-c", "env | grep -E 'LLM|VEC|^[UM]=' | sort"]
            models: {vec: {endpoint_var: U, model_var: M}, my-llm: }
        models:
          my-llm: {name: big, model: ai/big, context_size: 4096, runtime_flags: [--fast]}
          vec: {model: ai/vec, x-davit: {endpoint: "http://vectors:80/v1"}}
        """)
      let nobody = try sandbox.davit("up")
      #expect(nobody.status == 1, "\(nobody.both)")
      #expect(
        nobody.err.contains("compose.yaml:2:95: services.a.models: nobody is known who serves the model `my-llm`")
          && nobody.err.contains("hint: name a server by DAVIT_MODEL_ENDPOINT=URL"), "\(nobody.err)")
      try sandbox.write(".env", "DAVIT_MODEL_ENDPOINT=http://127.0.0.1:11434/v1\n")
      let up = try sandbox.davit("up", "--no-log-prefix")
      #expect(up.status == 0, "\(up.both)")
      let own = "MY_LLM_MODEL=ai/big\nMY_LLM_URL=http://127.0.0.1:11434/v1\n"
      let logs = try sandbox.davit("logs", "--no-log-prefix", "a").out
      #expect(logs == own, "\(logs)")
      #expect(try sandbox.davit("logs", "--no-log-prefix", "b").out == "M=ai/vec\n" + own + "U=http://vectors:80/v1\n")
      #expect(up.err.contains("models.my-llm.context_size: whoever serves the model has settings of his own, ignored"))
      _ = try sandbox.davit("down", "-t", "0")
    }
  }
}
